"""A picture that says in other words than AIGC that a machine made it: content credentials, IPTC, drawing programs."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from content.blocks import aigc, provenance

TRAINED = provenance.SOURCE_TYPES + provenance.TRAINED
COMPOSITE = provenance.SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
CAMERA = provenance.SOURCE_TYPES + "digitalCapture"


def drawn(kind="JPEG", **options):
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, **options)
    return file.getvalue()


def cbor(text):
    raw = text.encode()
    return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw


def manifest(source=TRAINED, maker="Acme Image 2"):
    """A store as signers make it, as far as it matters here: boxes around CBOR, padded beyond one JPEG segment."""
    claim = b"oclaim_generator" + cbor(maker) + b"qdigitalSourceType" + cbor(source)
    body = b"jumbjumdc2pa" + bytes(70_000) + claim
    return struct.pack(">I", len(body) + 4) + body


def in_jpeg(data, store):
    head, pieces = store[:8], [store[:60_000], *(store[at : at + 60_000] for at in range(60_000, len(store), 60_000))]
    segments = b""
    for number, piece in enumerate(pieces, start=1):
        body = b"JP" + struct.pack(">HI", 1, number) + (head if number > 1 else b"") + piece
        segments += b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segments + data[2:]


def in_png(data, store):
    chunk = struct.pack(">I", len(store)) + b"caBX" + store + struct.pack(">I", zlib.crc32(b"caBX" + store))
    return data[:33] + chunk + data[33:]


def in_webp(data, store):
    body = data[8:] + b"C2PA" + struct.pack("<I", len(store)) + store + b"\x00" * (len(store) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def in_avif(data, store):
    body = provenance._C2PA_UUID + store
    return data + struct.pack(">I", 8 + len(body)) + b"uuid" + body


WAYS = {"JPEG": in_jpeg, "PNG": in_png, "WEBP": in_webp, "AVIF": in_avif}


@pytest.mark.parametrize("kind", WAYS)
def test_content_credentials_become_a_mark_that_names_the_maker(kind):
    data = WAYS[kind](drawn(kind), manifest())
    with Image.open(BytesIO(data)) as picture:
        picture.load()
    mark = aigc.read(data)
    assert mark == {"Label": "1", "ContentProducer": "Acme Image 2", "DigitalSourceType": "trainedAlgorithmicMedia"}
    assert aigc.read(aigc.embed(drawn(kind), mark)) == mark


@pytest.mark.parametrize("kind", WAYS)
def test_credentials_of_a_camera_are_no_mark(kind):
    assert aigc.read(WAYS[kind](drawn(kind), manifest(CAMERA))) is None


def test_a_part_made_by_a_machine_is_told_from_the_whole():
    assert aigc.read(in_png(drawn("PNG"), manifest(COMPOSITE)))["DigitalSourceType"].startswith("composite")


@pytest.mark.parametrize(
    "words",
    [
        f'<a Iptc4xmpExt:DigitalSourceType="{TRAINED}"/>',
        f"<a><Iptc4xmpExt:DigitalSourceType>{TRAINED}</Iptc4xmpExt:DigitalSourceType></a>",
        f"<a><Iptc4xmpExt:DigitalSourceType rdf:resource='{TRAINED}'/></a>",
    ],
)
def test_the_digital_source_type_in_xmp_is_read_in_each_of_its_forms(words):
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{words}</x:xmpmeta>'.encode()
    assert aigc.read(drawn(xmp=packet)) == {"Label": "1", "DigitalSourceType": "trainedAlgorithmicMedia"}
    assert aigc.read(drawn(xmp=packet.replace(b"trainedAlgorithmicMedia", b"digitalCapture"))) is None


@pytest.mark.parametrize("key", ["parameters", "prompt"])
def test_the_settings_of_a_drawing_program_are_a_mark(key):
    said = {"parameters": "a cup\nSteps: 20, Sampler: Euler a", "prompt": '{"3": {"class_type": "KSampler"}}'}
    texts = PngImagePlugin.PngInfo()
    texts.add_text(key, said[key])
    assert aigc.read(drawn("PNG", pnginfo=texts))["Label"] == "1"
    texts = PngImagePlugin.PngInfo()
    texts.add_text(key, "write three sentences")
    assert aigc.read(drawn("PNG", pnginfo=texts)) is None


def test_a_caption_that_talks_of_it_is_no_mark():
    assert aigc.read(drawn(comment=b"about trainedAlgorithmicMedia and DigitalSourceType")) is None


def test_a_moving_gif_carries_the_mark_too():
    data = drawn("GIF", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")])
    marked = aigc.embed(data, {"Label": "1"})
    assert aigc.read(marked) == {"Label": "1"}
    with Image.open(BytesIO(marked)) as picture:
        assert picture.n_frames == 2
        picture.seek(1)
        picture.load()


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("cut", [9, 60, 700, 69_000])
def test_torn_credentials_break_nothing(kind, cut):
    data = WAYS[kind](drawn(kind), manifest())
    assert aigc.read(data[:cut]) is None
    assert aigc.read(data[: cut // 2] + b"\xff" * 9 + data[cut:]) in (None, aigc.read(data))
