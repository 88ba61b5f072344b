"""Draws the demo's pictures from the Fluent 3D emoji: `python -m content.demo.draw FOLDER_OF_ASSETS`.

The assets are those of the npm package @lobehub/fluent-emoji-3d (MIT); see static/demo/LICENSE.txt. The results are
committed, so nobody needs to run this to use the product.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "static" / "demo"
DATA = Path(__file__).parent / "data"
SHOP = ROOT / "affiliate" / "networks" / "demo" / "shop" / "products.json"

PALETTES: dict[str, tuple[str, str, str]] = {
    "digital": ("#E9EDF3", "#D5DDE9", "#C3CEDF"),
    "home-appliances": ("#E6F0EC", "#CFE3DA", "#B9D6C9"),
    "beauty": ("#F8E9E6", "#F0D5CF", "#E7C2BA"),
    "food": ("#F9F0DD", "#F1DFBC", "#E8CF9E"),
    "home": ("#F0EAE2", "#E2D6C7", "#D4C4AF"),
    "outdoor": ("#E8F1E1", "#D2E4C5", "#BCD6A9"),
}

Size = tuple[int, int]


def backdrop(size: Size, palette: tuple[str, str, str], seed: int) -> Image.Image:
    """A soft diagonal gradient with two large discs and a table line, a little different for each seed."""
    width, height = size
    start, end = (Image.new("RGB", (1, 1), colour) for colour in palette[:2])
    ramp = Image.linear_gradient("L").rotate(90 + (seed * 37) % 60 - 30, expand=False).resize(size)
    canvas = Image.composite(end.resize(size), start.resize(size), ramp)
    veil = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    radius = height * (0.42 + (seed % 5) * 0.03)
    x, y = width * (0.28 + (seed * 13 % 45) / 100), height * (0.36 + (seed * 7 % 16) / 100)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255, 92))
    small = radius * 0.38
    x, y = width * (0.82 - (seed * 11 % 60) / 100), height * (0.16 + (seed * 5 % 20) / 100)
    pen.ellipse((x - small, y - small, x + small, y + small), fill=(*_rgb(palette[2]), 120))
    pen.rectangle((0, height * 0.8, width, height), fill=(*_rgb(palette[2]), 105))
    soft = veil.filter(ImageFilter.GaussianBlur(0.8))
    return Image.alpha_composite(canvas.convert("RGBA"), soft)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def place(canvas: Image.Image, emoji: Image.Image, centre: tuple[float, float], height: float) -> None:
    """Set an object on the table: a blurred contact shadow below, then the object itself."""
    box = emoji.getbbox() or (0, 0, *emoji.size)
    cut = emoji.crop(box)
    scale = height / max(cut.size)
    thing = cut.resize((max(1, round(cut.width * scale)), max(1, round(cut.height * scale))), Image.Resampling.LANCZOS)
    left, top = round(centre[0] - thing.width / 2), round(centre[1] - thing.height / 2)
    shadow = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
    foot = top + thing.height
    pen = ImageDraw.Draw(shadow)
    spread = thing.width * 0.44
    pen.ellipse(
        (centre[0] - spread, foot - height * 0.07, centre[0] + spread, foot + height * 0.09), fill=(40, 36, 30, 110)
    )
    canvas.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(height * 0.045)))
    canvas.alpha_composite(thing, (max(0, left), max(0, top)))


def scene(size: Size, palette: tuple[str, str, str], emojis: list[Image.Image], seed: int) -> Image.Image:
    """One to four objects with depth: the first large, the others beside and behind it."""
    canvas = backdrop(size, palette, seed)
    width, height = size
    spots = {
        1: [(0.5, 0.5, 0.62)],
        2: [(0.66, 0.49, 0.44), (0.4, 0.53, 0.62)],
        3: [(0.73, 0.5, 0.42), (0.26, 0.53, 0.36), (0.48, 0.53, 0.6)],
        4: [(0.8, 0.52, 0.36), (0.2, 0.54, 0.34), (0.62, 0.44, 0.34), (0.43, 0.55, 0.56)],
    }[min(4, len(emojis))]
    ordered = emojis[1:4][::-1] + emojis[:1]
    for emoji, (x, y, tall) in zip(ordered, spots, strict=False):
        mirrored = 1 - x if seed % 2 else x
        object_height = height * tall
        foot = height * (0.9 - (0.62 - tall) * 0.22)
        box = emoji.getbbox() or (0, 0, *emoji.size)
        drawn = object_height * (box[3] - box[1]) / max(box[2] - box[0], box[3] - box[1])
        centre_y = min(height * y + height * 0.06, foot - drawn / 2) if drawn < height * 0.4 else foot - drawn / 2
        place(canvas, emoji, (width * mirrored, max(centre_y, foot - drawn / 2)), object_height)
    return canvas


def portrait(size: Size, colour: str, emoji: Image.Image) -> Image.Image:
    """A face on a plain disc of colour."""
    canvas = Image.new("RGBA", size, colour)
    width, height = size
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((width * 0.1, height * 0.55, width * 0.9, height * 1.35), fill=(255, 255, 255, 70))
    cut = emoji.crop(emoji.getbbox())
    scale = height * 0.74 / max(cut.size)
    face = cut.resize((round(cut.width * scale), round(cut.height * scale)), Image.Resampling.LANCZOS)
    canvas.alpha_composite(face, ((width - face.width) // 2, (height - face.height) // 2 + round(height * 0.04)))
    return canvas


def save(image: Image.Image, path: Path, quality: int = 82) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.convert("RGB").save(path, "WEBP", quality=quality, method=6)


def main(assets: Path) -> None:
    """Draw everything that the data names."""

    def emoji(code: str) -> Image.Image:
        return Image.open(assets / f"{code}.webp").convert("RGBA").resize((768, 768), Image.Resampling.LANCZOS)

    pictures: dict[str, Any] = json.loads((DATA / "pictures.json").read_text(encoding="utf-8"))
    rows = [(row["id"], row["picture_file"], row["channel"]) for row in json.loads(SHOP.read_text(encoding="utf-8"))]
    rows += [(row["file"], row["emoji"], row["channel"]) for row in pictures["items"]]
    for number, (name, code, channel) in enumerate(rows):
        save(scene((600, 600), PALETTES[channel], [emoji(code)], number), OUT / "items" / f"{name}.webp")
    for number, row in enumerate(pictures["covers"]):
        drawn = scene((1200, 675), PALETTES[row["channel"]], [emoji(code) for code in row["emoji"]], number * 3 + 1)
        save(drawn, OUT / "covers" / row["file"])
    for row in pictures["avatars"]:
        save(portrait((240, 240), row["colour"], emoji(row["emoji"])), OUT / "avatars" / row["file"])


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Usage: python -m content.demo.draw FOLDER_OF_WEBP_ASSETS")
    main(Path(sys.argv[1]))
