"""The sizes in which readers see pictures of the body, and how a picture in any size is had."""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger("zhongcao.pictures")

LARGE = "width-1280|format-webp"
SMALL = "width-720|format-webp"
UNREADABLE = (OSError, ValueError, SyntaxError)
"""What comes of a file that is lost or holds no picture. Pillow calls a torn PNG a SyntaxError."""


def rendition(image: Any, size: str) -> Any:
    """The picture in this size, made where it is not there yet. None for a lost or broken file: it costs the picture,
    not what it stands in.
    """
    if image is None:
        return None
    try:
        return image.get_rendition(size)
    except UNREADABLE:
        logger.warning("The picture %s cannot be read; readers see the page without it.", image.pk)
        return None
