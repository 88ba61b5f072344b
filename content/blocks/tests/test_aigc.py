"""The mark of AI generators in pictures: found wherever generators put it, put back without encoding anew."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from content.blocks import aigc

MARK = {"Label": "1", "ContentProducer": "001191110000MA0<&>\"'厂", "ProduceID": "p-1"}


def drawn(kind, mode="RGB", **options):
    picture = Image.new(mode, (37, 23))
    picture.putdata([tuple((x * 7 + c) % 256 for c in range(len(mode))) for x in range(37 * 23)])
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def pixels(data):
    with Image.open(BytesIO(data)) as picture:
        return picture.size, picture.convert("RGBA").tobytes()


FILES = {
    "webp": drawn("WEBP"),
    "webp lossless": drawn("WEBP", "RGBA", lossless=True),
    "webp transparent": drawn("WEBP", "RGBA"),
    "webp with profile": drawn("WEBP", icc_profile=b"x" * 131),
    "jpeg": drawn("JPEG"),
    "png": drawn("PNG", "RGBA"),
    "avif": drawn("AVIF"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_mark_goes_in_comes_out_and_changes_no_pixel(kind):
    data = FILES[kind]
    assert aigc.read(data) is None
    marked = aigc.embed(data, MARK)
    assert aigc.read(marked) == MARK
    assert pixels(marked) == pixels(data)
    assert aigc.embed(marked, MARK) == marked


@pytest.mark.parametrize("kind", ["webp", "webp lossless", "webp transparent", "webp with profile", "jpeg", "png"])
def test_other_programs_find_it_as_xmp(kind):
    with Image.open(BytesIO(aigc.embed(FILES[kind], MARK))) as picture:
        packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp", "").encode()
    assert b"http://www.tc260.org.cn/ns/AIGC/1.0/" in packet and b"TC260:AIGC" in packet


def packet(words):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{words}</x:xmpmeta>'.encode()


@pytest.mark.parametrize(
    "data",
    [
        drawn("JPEG", xmp=packet(f'<a xmlns:T="{aigc.NAMESPACE}" T:AIGC=\'{{"Label":"1"}}\'/>')),
        drawn("WEBP", xmp=packet(f'<a xmlns:T="{aigc.NAMESPACE}"><T:AIGC>{{"Label":"1"}}</T:AIGC></a>')),
        drawn(
            "AVIF", xmp=packet(f'<a xmlns:TC260="{aigc.NAMESPACE}" TC260:AIGC="{{&quot;Label&quot;:&quot;1&quot;}}"/>')
        ),
        drawn("JPEG", exif=b'Exif\x00\x00{"AIGC":{"Label":"1"}}' + b" " * 40),
    ],
    ids=["attribute", "element", "avif", "exif"],
)
def test_a_mark_is_read_wherever_generators_put_it(data):
    assert aigc.read(data) == {"Label": "1"}


@pytest.mark.parametrize("packed", [False, True])
def test_text_chunks_of_a_png_are_read_packed_or_not(packed):
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", aigc.xmp({"Label": "1"}).decode(), zip=packed)
    assert aigc.read(drawn("PNG", pnginfo=texts)) == {"Label": "1"}
    named = PngImagePlugin.PngInfo()
    named.add_text("AIGC", '{"Label":"2"}')
    assert aigc.read(drawn("PNG", pnginfo=named)) == {"Label": "2"}


def test_unknown_fields_and_long_ones_are_cut():
    marked = aigc.embed(FILES["webp"], {"Label": "1", "ProduceID": "x" * 700, "Where": "home"})
    assert aigc.read(marked) == {"Label": "1", "ProduceID": "x" * aigc.LONGEST}


@pytest.mark.parametrize("seed", range(40))
def test_torn_and_hostile_bytes_break_nothing(seed):
    chance = random.Random(seed)
    data = bytearray(aigc.embed(chance.choice(list(FILES.values())), MARK))
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    torn = bytes(data[: chance.randint(0, len(data))])
    aigc.read(torn)
    aigc.embed(torn, {"Label": "1"})


def test_a_packed_text_is_unpacked_only_so_far():
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", "A" * 30_000_000, zip=True)
    assert aigc.read(drawn("PNG", pnginfo=texts)) is None
