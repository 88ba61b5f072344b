"""Makes an uploaded picture harmless, in a process of its own: decodes it for real, and writes what it saw anew.

Run as a script with `-I` by `process.py`: a header line of JSON and the file on standard input, the same on standard
output. It imports nothing of this house, so that it starts quickly, and holds nothing that a broken decoder could take.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import struct
import sys
import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence, PngImagePlugin

FORMATS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MOST_FRAMES = 200
MOST_METADATA = 256 * 1024
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError, ZeroDivisionError)
"""What Pillow raises on a file that is torn or lies about itself."""

HIDDEN = re.compile(
    rb"<script[\s>]|<\?php|<html[\s>]|<svg[\s>]|<!doctype|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.IGNORECASE
)
"""A program, page or archive inside a picture. Each is long enough not to stand there by chance."""
ZIP_END = b"PK\x05\x06"
ZIP_WINDOW = 66_000
"""Programs look for an archive's directory in so many bytes at the end."""

GPS, MAKER_NOTE, EXIF_PART = 0x8825, 0x927C, 0x8769
PRIVATE = (MAKER_NOTE, 0xA430, 0xA431, 0xA435)
"""The maker's own notes (which repeat the place), owner, numbers of body and lens."""
PLACES = r"(?:[\w-]+:GPS\w*|photoshop:(?:City|State|Country)|Iptc4xmp(?:Core|Ext):(?:Location\w*|CountryCode))"
IN_ATTRIBUTE = re.compile(rf"\s{PLACES}\s*=\s*(?:\"[^\"]*\"|'[^']*')".encode())
IN_ELEMENT = re.compile(rf"<({PLACES})(?:\s[^>]*)?(?:/>|>.*?</\1\s*>)".encode(), re.DOTALL)
KEPT_WORDS = frozenset({"AIGC", "Software", "Copyright", "parameters", "prompt", "workflow"})
"""Text of a PNG that says who or what made it."""


class Unusable(Exception):
    """The picture is not taken; the argument is one of the codes of `words.py`."""


def clean(data: bytes, *, side: int, pixels: int) -> tuple[bytes, str, tuple[int, int]]:
    """The picture written anew with its longest side at most `side`, its extension, its size.

    Raises Unusable. `pixels` bounds width × height × frames before anything is decoded.
    """
    if HIDDEN.search(data) and not data.lstrip()[:1] == b"<":
        raise Unusable("two_files")
    if ZIP_END in data[-ZIP_WINDOW:] or b"%PDF-" in data[:1024]:
        raise Unusable("two_files")
    try:
        image = Image.open(BytesIO(data), formats=[name for name in FORMATS if name != "MPO"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("too_many_pixels") from error
    except BROKEN as error:
        raise Unusable(_what_else(data)) from error
    kind = image.format or ""
    if kind not in FORMATS:
        raise Unusable("not_a_picture")
    if image.width * image.height > pixels:
        raise Unusable("too_many_pixels")
    try:
        written = (
            _moving(image, kind, pixels) if kind in ("GIF", "WEBP") and _moves(image) else _still(image, kind, side)
        )
    except Unusable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("too_many_pixels") from error
    except BROKEN as error:
        raise Unusable("broken") from error
    return written[0], FORMATS[kind], written[1]


def _still(image: Image.Image, kind: str, side: int) -> tuple[bytes, tuple[int, int]]:
    """One frame, upright, not larger than it is ever shown. JPEGs are already decoded smaller."""
    words = _words(image)
    exif, xmp, profile = image.info.get("exif"), image.info.get("xmp"), image.info.get("icc_profile")
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    upright: Image.Image = ImageOps.exif_transpose(image)
    if upright.mode in ("CMYK", "YCCK", "LAB", "HSV"):
        upright, profile = upright.convert("RGB"), None
    elif upright.mode.startswith(("I", "F")):
        upright, profile = upright.convert("L"), None
    options: dict[str, Any] = {}
    if profile and len(profile) <= MOST_METADATA:
        options["icc_profile"] = profile
    if exif and (kept := _without_place(upright, exif)):
        options["exif"] = kept
    if isinstance(xmp, bytes) and len(xmp) <= MOST_METADATA:
        words["XML:com.adobe.xmp"] = IN_ELEMENT.sub(b"", IN_ATTRIBUTE.sub(b"", xmp)).decode("utf-8", "replace")
        if kind != "PNG":
            options["xmp"] = words["XML:com.adobe.xmp"].encode()
    held = BytesIO()
    upright.save(held, **options, **_how(kind, upright, words))
    return held.getvalue(), upright.size


def _how(kind: str, image: Image.Image, words: dict[str, str]) -> dict[str, Any]:
    """The format and its options."""
    match kind:
        case "JPEG" | "MPO":
            return {"format": "JPEG", "quality": 90, "progressive": True}
        case "PNG":
            info = PngImagePlugin.PngInfo()
            for key, value in words.items():
                info.add_itxt(key, value)
            return {"format": "PNG", "pnginfo": info}
        case "AVIF":
            return {"format": "AVIF", "quality": 85, "speed": 8}
        case "WEBP":
            return {"format": "WEBP", "quality": 90}
        case _:
            return {"format": "GIF"}


def _moves(image: Image.Image) -> bool:
    return bool(getattr(image, "is_animated", False))


def _moving(image: Image.Image, kind: str, pixels: int) -> tuple[bytes, tuple[int, int]]:
    """Every frame, as long as all of them together stay within bounds; stops counting where they do not."""
    frames: list[Image.Image] = []
    lasting: list[int] = []
    for frame in ImageSequence.Iterator(image):
        if len(frames) >= MOST_FRAMES or (len(frames) + 1) * image.width * image.height > pixels:
            raise Unusable("too_many_frames")
        frames.append(frame.convert("RGBA"))
        lasting.append(max(int(frame.info.get("duration", 100)), 20))
    held = BytesIO()
    more = {"save_all": True, "append_images": frames[1:], "duration": lasting, "loop": 0}
    frames[0].save(held, format=kind, **more)
    return held.getvalue(), image.size


def _without_place(image: Image.Image, raw: bytes) -> bytes:
    """The EXIF block without where it was taken and by whose device; empty where it cannot be read."""
    try:
        exif = Image.Exif()
        exif.load(raw)
        exif.pop(GPS, None)
        exif.pop(0x0112, None)  # orientation: it is upright now
        part = exif.get_ifd(EXIF_PART)
        for tag in PRIVATE:
            part.pop(tag, None)
        for tag, size in ((0xA002, image.width), (0xA003, image.height)):
            if tag in part:
                part[tag] = size
        written = exif.tobytes()
    except BROKEN:
        return b""
    return written if len(written) <= min(MOST_METADATA, 65_000) and len(exif) else b""


def _words(image: Image.Image) -> dict[str, str]:
    """What a PNG says of its making; nothing for other formats."""
    text = getattr(image, "text", None) or {} if image.format == "PNG" else {}
    return {key: str(value) for key, value in text.items() if key in KEPT_WORDS and len(value) <= MOST_METADATA}


def _what_else(data: bytes) -> str:
    """Why Pillow does not know it."""
    start = data[:4096].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        return "svg"
    known = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
    return "broken" if data.startswith(known) else "not_a_picture"


def main() -> None:
    """Read, clean, write. What is not taken is an answer, not a failure."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    Image.MAX_IMAGE_PIXELS = order["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    said: dict[str, Any]
    try:
        data, extension, size = clean(data, side=order["side"], pixels=order["pixels"])
        said = {"extension": extension, "width": size[0], "height": size[1]}
    except Unusable as reason:
        data, said = b"", {"refused": str(reason)}
    except MemoryError:
        data, said = b"", {"refused": "too_much"}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
