"""Burns 广告 into the picture that chats show of a shared post, where no markup reaches.

The two characters come as a mask, so that no font is needed where the site runs.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image
from wagtail.images.image_operations import FilterOperation

MASK = Path(__file__).with_name("share_label.png")
SHARE_OF_HEIGHT = 0.085
"""Height of the characters: on a card of 80 pixels' height they are still there to be seen."""
INK, PAPER = (30, 33, 28), (255, 255, 255)


@lru_cache(maxsize=1)
def mask() -> Image.Image:
    """The characters as a picture of how much ink stands where."""
    with Image.open(MASK) as file:
        return file.convert("L")


def burn(picture: Image.Image) -> Image.Image:
    """A copy with the label in the upper left corner: dark on white, whatever the picture shows."""
    labelled = Image.new("RGB", picture.size, PAPER)  # a new one knows nothing of where the old one was taken
    labelled.paste(picture.convert("RGB"))
    height = max(14, round(labelled.height * SHARE_OF_HEIGHT))
    words = mask().resize((round(mask().width * height / mask().height), height))
    edge = max(4, height // 3)
    box = Image.new("RGB", (words.width + 2 * edge, height + 2 * edge), PAPER)
    box.paste(INK, (edge, edge), words)
    labelled.paste(box, (edge, edge))
    return labelled


class AdLabelOperation(FilterOperation):  # type: ignore[misc]
    """`adlabel` in the specification of a size."""

    def construct(self) -> None:
        """It takes no arguments."""

    def run(self, willow: Any, _image: Any, _env: dict[str, Any]) -> Any:
        """Wagtail hands over its wrapper of the picture, and takes one back."""
        from willow.plugins.pillow import PillowImage

        return PillowImage(burn(willow.image))
