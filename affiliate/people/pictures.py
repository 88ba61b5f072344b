"""A person's picture: read whole, bounded, cut square, written anew without what the camera wrote into it."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")


def portrait(file: IO[Any], size: int) -> ContentFile[bytes]:
    """The picture as WebP, at most 512 pixels a side. Raises ValidationError for what is no picture or too large."""
    if size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 5 MB. Your earlier one was kept; choose a smaller one."))
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise ValidationError(
                _("The picture has too many pixels. Your earlier one was kept; choose a smaller one.")
            )
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is no picture that can be read. Your earlier one was kept; choose a JPEG, PNG or WebP.")
        ) from error
    square = ImageOps.fit(upright, (min(SIDE, *upright.size),) * 2)
    written = BytesIO()
    square.save(written, "WEBP", quality=86)
    return ContentFile(written.getvalue(), name="portrait.webp")
