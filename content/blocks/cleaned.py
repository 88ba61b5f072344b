"""A picture as it is kept: cleaned, and saying of its making what it said when it came."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from affiliate.media import api as media
from content.blocks import aigc


def cleaned_picture(upload: Any) -> SimpleUploadedFile:
    """Cleaned as `media.clean_picture` does it, with the mark of AI put back: content credentials do not outlive a new
    encoding, and films lose all words. Raises ValidationError in words.
    """
    upload.seek(0)
    mark = aigc.read(upload.read())
    clean = media.clean_picture(upload)
    if mark:
        marked = aigc.embed(clean.read(), mark)
        clean = SimpleUploadedFile(clean.name or "picture", marked, clean.content_type or "")
    clean.is_clean = True  # type: ignore[attr-defined]  # who keeps it notes that it needs no rewriting
    return clean
