"""Draws the demo's pictures from the drawings beside it: `python -m content.demo.draw [NAME …]`.

Every drawing is one SVG fragment of 512 × 512, its own colour given by the paints v and h (and
--b, the deep one), which take the tint of the place. A scene stands
several of them on a table; a browser (Playwright's, or CHROMIUM) renders it, Pillow writes it as WebP. The results are
committed, so nobody needs to run this to use the product.
"""

from __future__ import annotations

import io
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "static" / "demo"
PICTURES = Path(__file__).parent / "data" / "pictures.json"
SHOP = ROOT / "affiliate" / "networks" / "demo" / "shop" / "pictures"
DRAWINGS = Path(__file__).parent / "drawings"

BOX = 512
SOLID = 170
"""Alpha from which a pixel belongs to the thing itself rather than to its glow or steam."""
CLOSER = 1.14
"""How much nearer than drawn the things of a cover stand: cards are small."""

Span = tuple[float, float, float, float]

WALLS: dict[str, tuple[str, str, str]] = {
    # wall, disc on it, table
    "mint": ("#E4EFE6", "#F3F8F1", "#CBDFCF"),
    "sky": ("#E2EAF1", "#F2F6FA", "#C6D4E1"),
    "blush": ("#F6E6E0", "#FCF4F0", "#E9CDC4"),
    "butter": ("#F8EDD3", "#FDF8EA", "#EBD6A8"),
    "sand": ("#EFE7DA", "#F9F5EC", "#DBCBB3"),
    "sage": ("#E6ECDA", "#F4F7EC", "#CBD8B4"),
    "dusk": ("#DDD9E6", "#F1EEF4", "#BFB8CF"),
    "night": ("#2F3B46", "#3C4A56", "#222C35"),
}
TINTS: dict[str, tuple[str, str]] = {
    "green": ("#5DBB85", "#1F7A45"),
    "sage": ("#B9C9A6", "#78946A"),
    "teal": ("#7CC4BE", "#2F8580"),
    "sky": ("#B4D3E4", "#6597B8"),
    "navy": ("#6F8FBF", "#35507F"),
    "plum": ("#B79BC4", "#75588A"),
    "rose": ("#F2C0B6", "#D1867C"),
    "wine": ("#B3616A", "#7A2E3A"),
    "clay": ("#E3A27F", "#BF6A4A"),
    "amber": ("#F3CF83", "#D49A3A"),
    "sand": ("#E6CDA6", "#B8935F"),
    "brown": ("#A9774E", "#6A4226"),
    "cream": ("#FFFDF8", "#D8D1C3"),
    "graphite": ("#6B726C", "#2B2E28"),
}

LABELS = {"pouch": (292.0, 150.0), "can": (290.0, 140.0)}
"""Where a mark is printed on what has a label: the height of its middle, and its side."""


@cache
def drawing(name: str) -> str:
    return (DRAWINGS / f"{name}.svg").read_text(encoding="utf-8")


def placed(name: str, tint: str, x: float, y: float, size: float, mirrored: bool = False) -> str:
    """A drawing in a square of `size`, its top left corner at x, y; `pouch+mark-bean` has a mark on its label."""
    turn = f'<g transform="matrix(-1 0 0 1 {BOX} 0)">' if mirrored else "<g>"
    name, _, mark = name.partition("+")
    inner = drawing(name)
    if mark:
        centre, side = LABELS[name]
        inner += placed(mark, tint, (BOX - side) / 2, centre - side / 2, side)
    for paint in ("v", "h"):
        inner = inner.replace(f"url(#{paint})", f"url(#{paint}-{tint})")
    return (
        f'<svg x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" viewBox="0 0 {BOX} {BOX}"'
        f' overflow="visible" style="--b:{TINTS[tint][1]}">{turn}{inner}</g></svg>'
    )


@cache
def paints() -> str:
    """The shared paints, and the two of each tint (a gradient cannot take its colours from where it is used)."""
    tinted = "".join(
        f'<linearGradient id="v-{name}" x1="0" y1="0" x2="0.35" y2="1"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{deep}"/></linearGradient><linearGradient id="h-{name}"><stop offset="0"'
        f' stop-color="{deep}"/><stop offset="0.28" stop-color="{light}"/><stop offset="0.62" stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{deep}"/></linearGradient>'
        for name, (light, deep) in TINTS.items()
    )
    return drawing("_defs") + tinted


def document(width: int, height: int, inner: str) -> str:
    """A page that holds nothing but one picture."""
    return (
        '<!doctype html><style>*{margin:0}body{background:transparent;overflow:hidden;font-family:"Noto Sans CJK SC",'
        f'"PingFang SC",sans-serif}}svg{{display:block}}</style><svg xmlns="http://www.w3.org/2000/svg" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}"><defs>{paints()}</defs>{inner}</svg>'
    )


class Studio:
    """One browser page that turns SVG into pictures and remembers where each drawing stands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._spans: dict[str, Span] = {}

    def render(self, width: int, height: int, inner: str) -> Image.Image:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.set_content(document(width, height, inner))
        return Image.open(io.BytesIO(self.page.screenshot(omit_background=True))).convert("RGBA")

    def span(self, name: str) -> Span:
        """Top, bottom, and the left and right end of the foot of a drawing, in units of its box."""
        name = name.partition("+")[0]
        if name not in self._spans:
            alpha = self.render(BOX, BOX, placed(name, "green", 0, 0, BOX)).getchannel("A")
            solid = alpha.point(lambda value: 255 if value > SOLID else 0)
            _left, top, _right, bottom = solid.getbbox() or (0, 0, BOX, BOX)
            foot = solid.crop((0, bottom - max(12, (bottom - top) // 7), BOX, bottom)).getbbox() or (0, 0, BOX, 0)
            self._spans[name] = (top, bottom, foot[0], foot[2])
        return self._spans[name]

    def standing(self, thing: list[Any]) -> str:
        """A thing [name, centre, foot, height, tint, "mirrored"] with the shadow that it throws on the table."""
        name, centre, foot, tall = thing[:4]
        tint = thing[4] if len(thing) > 4 else "green"
        mirrored = len(thing) > 5
        top, bottom, left, right = self.span(name)
        scale = tall / (bottom - top)
        x, y = centre - BOX / 2 * scale, foot - bottom * scale
        start, end = (BOX - right, BOX - left) if mirrored else (left, right)
        middle, half = x + (start + end) / 2 * scale, (end - start) / 2 * scale
        depth = max(7.0, min(tall * 0.035, half * 0.2))
        shadow = (
            f'<g fill="#2B2415"><ellipse cx="{middle + depth * 1.6:.1f}" cy="{foot:.1f}" rx="{half * 1.12 + depth:.1f}"'
            f' ry="{depth * 1.7:.1f}" opacity="0.16" filter="url(#mist)"/>'
            f'<ellipse cx="{middle:.1f}" cy="{foot - 1:.1f}" rx="{half * 1.02:.1f}"'
            f' ry="{depth * 0.62:.1f}" opacity="0.34" filter="url(#soft)"/></g>'
        )
        return shadow + placed(name, tint, x, y, BOX * scale, mirrored)


def room(width: int, height: int, wall: str, shape: str) -> str:
    """The wall with one large quiet shape, light from the upper left, and the table."""
    ground, disc, table = WALLS[wall]
    edge = height * 0.765
    shapes = {
        "disc": f'<circle cx="{width * 0.5}" cy="{height * 0.47}" r="{height * 0.4}" fill="{disc}"/>',
        "left": f'<circle cx="{width * 0.36}" cy="{height * 0.46}" r="{height * 0.36}" fill="{disc}"/>',
        "right": f'<circle cx="{width * 0.64}" cy="{height * 0.46}" r="{height * 0.36}" fill="{disc}"/>',
        "arch": f'<path d="M{width * 0.26} {edge}V{height * 0.42}a{width * 0.24} {height * 0.34} 0 0 1 {width * 0.48} 0'
        f'V{edge}z" fill="{disc}"/>',
        "window": f'<g fill="{disc}"><rect x="{width * 0.24}" y="{height * 0.1}" width="{width * 0.25}"'
        f' height="{height * 0.5}" rx="14"/><rect x="{width * 0.51}" y="{height * 0.1}" width="{width * 0.25}"'
        f' height="{height * 0.5}" rx="14"/></g>',
        "hills": f'<path d="M0 {edge}V{height * 0.56}q{width * 0.2}-{height * 0.2} {width * 0.42}-{height * 0.02}'
        f't{width * 0.58}-{height * 0.08}V{edge}z" fill="{table}" opacity="0.6"/><circle cx="{width * 0.73}"'
        f' cy="{height * 0.27}" r="{height * 0.13}" fill="{disc}"/>',
    }
    return (
        f'<defs><radialGradient id="light" cx="0.25" cy="0.1" r="0.9"><stop offset="0" stop-color="#fff"'
        f' stop-opacity="0.6"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
        f'<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{table}"/>'
        f'<stop offset="1" stop-color="{ground}"/></linearGradient></defs>'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>{shapes[shape]}'
        f'<rect y="{edge}" width="{width}" height="{height - edge}" fill="url(#fall)"/>'
        f'<rect y="{edge}" width="{width}" height="3" fill="#fff" opacity="{0.06 if wall == "night" else 0.4}"/>'
        f'<rect width="{width}" height="{height}" fill="url(#light)" opacity="{0.15 if wall == "night" else 1}"/>'
    )


def cover(studio: Studio, row: dict[str, Any]) -> Image.Image:
    """A scene of 1200 × 675; its things are named from the back to the front."""
    things = "".join(studio.standing(thing) for thing in row["things"])
    closer = f'<g transform="translate(600 600) scale({CLOSER}) translate(-600 -600)">{things}</g>'
    return studio.render(1200, 675, room(1200, 675, row["wall"], row["shape"]) + closer)


def packshot(studio: Studio, row: dict[str, Any]) -> Image.Image:
    """One product on its own ground, 600 × 600."""
    ground, disc, table = WALLS[row["wall"]]
    tall = row.get("tall", 430)
    foot = 300 + tall / 2
    inner = (
        f'<defs><radialGradient id="light" cx="0.42" cy="0.36" r="0.75"><stop offset="0" stop-color="{disc}"/>'
        f'<stop offset="1" stop-color="{ground}"/></radialGradient></defs><rect width="600" height="600"'
        f' fill="url(#light)"/>{studio.standing([row["thing"], 300, foot, tall, row.get("tint", "green")])}'
    )
    return studio.render(600, 600, inner)


def stock(row: dict[str, Any], drawn: Image.Image) -> None:
    """The demo shop hangs out the same pictures of its goods, smaller."""
    name = row["file"].replace("direct-xiaomai-", "")
    if (SHOP / f"{name}.webp").exists():
        drawn.convert("RGB").resize((400, 400), Image.Resampling.LANCZOS).save(
            SHOP / f"{name}.webp", "WEBP", quality=82, method=6
        )


def portrait(studio: Studio, row: dict[str, Any]) -> Image.Image:
    ground = f'<rect width="240" height="240" fill="{row["ground"]}"/>'
    return studio.render(240, 240, ground + placed(row["thing"], "green", 0, 12, 240))


def bars(studio: Studio, row: dict[str, Any]) -> Image.Image:
    """What somebody measured, as bars on paper, 1200 × 675; the longest bar is the scale. Words are large enough to be
    read where the picture is 328 wide.
    """
    rows = row["rows"]
    most = max(value for _label, value, _tint in rows)
    step = min(136, 432 / len(rows))
    top = 196 + (432 - step * len(rows)) / 2
    inner = (
        '<rect width="1200" height="675" fill="#fff"/>'
        f'<text x="56" y="96" font-size="52" font-weight="700" fill="#1E211C">{row["title"]}</text>'
        f'<text x="56" y="154" font-size="37" fill="#6B6F66">{row["note"]}</text>'
    )
    for number, (label, value, tint) in enumerate(rows):
        y = top + number * step
        length = max(8, 840 * value / most)
        bar = step * 0.36
        inner += (
            f'<text x="56" y="{y + step * 0.42:.0f}" font-size="41" fill="#1E211C">{label}</text>'
            f'<rect x="56" y="{y + step * 0.54:.0f}" width="{length:.0f}" height="{bar:.0f}" rx="8"'
            f' fill="url(#v-{tint})"/><text x="{56 + length + 22:.0f}"'
            f' y="{y + step * 0.54 + bar / 2 + 16:.0f}" font-size="45" font-weight="700" fill="#1E211C">{value}'
            f'<tspan font-size="35" font-weight="400" fill="#6B6F66"> {row["unit"]}</tspan></text>'
        )
    return studio.render(1200, 675, inner)


KINDS = {"covers": cover, "charts": bars, "items": packshot, "avatars": portrait}
FOLDERS = {"covers": "covers", "charts": "covers", "items": "items", "avatars": "avatars"}


def draw(page: Page, wanted: set[str]) -> int:
    """Draw what is wanted, or everything; how many pictures were written."""
    studio = Studio(page)
    pictures: dict[str, list[dict[str, Any]]] = json.loads(PICTURES.read_text(encoding="utf-8"))
    written = 0
    for kind, rows in pictures.items():
        for row in rows:
            if wanted and row["file"] not in wanted and kind not in wanted:
                continue
            path = OUT / FOLDERS[kind] / f"{row['file']}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            drawn = KINDS[kind](studio, row)
            drawn.convert("RGB").save(path, "WEBP", quality=84, method=6)
            if kind == "items":
                stock(row, drawn)
            written += 1
    return written


def main(wanted: set[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        written = draw(browser.new_page(), wanted)
        browser.close()
    sys.stdout.write(f"{written} pictures drawn into {OUT}\n")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
