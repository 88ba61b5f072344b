"""Uploaded files, where no proxy serves /media/ itself; and what a store that is down means for whoever uploads."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.views.static import serve

from affiliate.media.api import REASONS, StoreDown

A_MONTH = 30 * 24 * 3600
CLOSED = "documents/"
"""Documents may belong to closed collections: they are served by /documents/ alone, which asks who wants them."""
SANDBOX = "default-src 'none'; sandbox"


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the store. Names are never used twice for other content, so browsers may keep it."""
    if path.startswith(CLOSED) or "\x00" in path or ".." in path.split("/"):
        raise Http404
    response = _file(request, path)
    if response.status_code < 400:
        response.headers["Cache-Control"] = f"public, max-age={A_MONTH}"
    # Whatever somebody managed to upload, it runs nothing here.
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _file(request: HttpRequest, path: str) -> HttpResponseBase:
    if isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    safe_join("/media", path)
    try:
        file = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    except StoreDown:
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    return FileResponse(file, content_type=guess_type(path)[0] or "application/octet-stream")


class StoreDownMiddleware:
    """A store that fell silent in the middle of an upload: said plainly, with everything rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 in words; as JSON for the admin's uploader, which shows it beside the file."""
        if not isinstance(error, StoreDown):
            return None
        words = str(REASONS["store_down"])
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse({"success": False, "error_message": words})
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "30"})
