"""A person's picture: what media keeps of an upload, cut square."""

from __future__ import annotations

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from affiliate.media.api import PORTRAIT_SIDE, clean_picture


def portrait(upload: File[bytes]) -> ContentFile[bytes]:
    """The picture as WebP, square, at most PORTRAIT_SIDE pixels a side. Raises ValidationError in words."""
    try:
        clean = clean_picture(upload, side=2 * PORTRAIT_SIDE)
    except ValidationError as error:
        raise ValidationError([*error.messages, _("Your earlier picture was kept.")], code=error.code) from error
    with Image.open(clean) as image:
        plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    square = ImageOps.fit(plain, (min(PORTRAIT_SIDE, *plain.size),) * 2)
    written = BytesIO()
    square.save(written, "WEBP", quality=86)
    return ContentFile(written.getvalue(), name="portrait.webp")
