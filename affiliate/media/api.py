"""What other rooms may use of media."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from affiliate.media.order import put_in_order
from affiliate.media.process import Refused, cleaned
from affiliate.media.store import StoreDown
from affiliate.media.store import options_of as media_options
from affiliate.media.store import origins_of as media_origins
from affiliate.media.words import REASONS

LARGEST_SIDE = 2560
"""Twice the width at which a picture is shown largest: what is kept of an upload."""
PORTRAIT_SIDE = 512

__all__ = [
    "LARGEST_SIDE",
    "PORTRAIT_SIDE",
    "REASONS",
    "StoreDown",
    "clean_picture",
    "expect_store",
    "media_options",
    "media_origins",
    "put_in_order",
    "refusal",
]


def clean_picture(upload: File[bytes], *, side: int = LARGEST_SIDE) -> SimpleUploadedFile:
    """What is kept of an uploaded picture: decoded, upright, bounded, without where it was taken, written anew.

    Raises ValidationError in words for whoever uploaded it. Takes a few tenths of a second.
    """
    if not upload.size:
        raise refusal("empty")
    if upload.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise refusal("too_heavy")
    upload.seek(0)
    try:
        picture = cleaned(upload.read(), side=side, pixels=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)
    except Refused as reason:
        raise refusal(reason.code) from reason
    stem = PurePosixPath(upload.name or "picture").stem or "picture"
    kind = {"jpg": "jpeg"}.get(picture.extension, picture.extension)
    return SimpleUploadedFile(f"{stem}.{picture.extension}", picture.data, f"image/{kind}")


def expect_store() -> None:
    """Raises ValidationError where the store of files does not answer: before anything is half kept."""
    answers = getattr(default_storage, "answers", None)
    if answers is not None and not answers():
        raise refusal("store_down")


def refusal(code: str) -> ValidationError:
    """The refusal in words."""
    return ValidationError(REASONS[code], code=code)
