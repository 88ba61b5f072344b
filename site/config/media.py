"""Pictures that people uploaded, for installations without a proxy that serves /media/ itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

A_MONTH = 30 * 24 * 3600


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file below MEDIA_ROOT. Names are never used twice for other content, so browsers may keep it."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={A_MONTH}"
    # Whatever somebody managed to upload, it runs nothing here.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
