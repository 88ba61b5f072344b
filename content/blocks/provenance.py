"""What a picture says of its making in other words than AIGC: content credentials (C2PA), IPTC's digital source type in
XMP, and the settings that drawing programs write into PNGs.

A pure module: bytes in, a mark out. No signature is checked: a file that calls itself a machine's work is believed, and
one that could lie about it would simply leave it out.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = "trainedAlgorithmicMedia"
LONGEST_NAME = 100

_SAYS = re.compile(
    rb"(?:digitalsourcetype/|DigitalSourceType[^<]{0,20}[\"'>])((?:compositeWithT|t)rainedAlgorithmicMedia)\b"
)
_XMP_PROPERTY = re.compile(rb"DigitalSourceType(?:\s*=|[\s>])")
_DRAWN = re.compile(
    rb"tEXtparameters\x00[\s\S]{0,20000}?Steps: \d+, Sampler: |EXtprompt\x00[\s\S]{0,20000}?\"class_type\""
)
_PNG = b"\x89PNG\r\n\x1a\n"
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
MOST_MANIFEST = 4 * 1024 * 1024


def source_type(data: bytes) -> str:
    """`trainedAlgorithmicMedia`, or `compositeWithTrainedAlgorithmicMedia` where a machine made a part; else empty."""
    manifest = credentials(data)
    if found := _SAYS.search(manifest):
        return found[1].decode()
    for named in _XMP_PROPERTY.finditer(data):
        if found := _SAYS.search(data, named.start(), named.end() + 300):
            return found[1].decode()
    return TRAINED if data.startswith(_PNG) and _DRAWN.search(data) else ""


def maker(data: bytes) -> str:
    """The program that signed the content credentials, as it names itself; empty where it does not."""
    manifest = credentials(data)
    if (at := manifest.find(b"claim_generator_info")) >= 0 and (name := manifest.find(b"dname", at, at + 200)) >= 0:
        return _text(manifest, name + len(b"dname"))
    at = manifest.find(b"oclaim_generator")
    return _text(manifest, at + len(b"oclaim_generator")) if at >= 0 else ""


def credentials(data: bytes) -> bytes:
    """The manifest store of a picture's content credentials, put together from its pieces; empty where it has none."""
    if data[:2] == b"\xff\xd8":
        pieces = _of_jpeg(data)
    elif data.startswith(_PNG):
        pieces = (body for kind, body in _png_chunks(data) if kind == b"caBX")
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        pieces = (body for kind, body in _riff_chunks(data) if kind == b"C2PA")
    elif data[4:8] == b"ftyp":
        pieces = (body[16:] for kind, body in _boxes(data) if kind == b"uuid" and body[:16] == _C2PA_UUID)
    else:
        return b""
    return b"".join(pieces)[:MOST_MANIFEST]


def _of_jpeg(data: bytes) -> Iterator[bytes]:
    """The bodies of the APP11 segments; those after the first repeat the box's header, which hides nothing."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] == 0xEB and data[at + 4 : at + 6] == b"JP":
            first = data[at + 8 : at + 12] == b"\x00\x00\x00\x01"
            yield data[at + (12 if first else 20) : at + 2 + length]
        at += 2 + max(length, 2)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + length if length >= 8 else len(data)
        yield data[at + 4 : at + 8], data[at + 8 : end]
        at = end


def _text(cbor: bytes, at: int) -> str:
    """The CBOR text that begins there; empty where there is none."""
    head = cbor[at] if at < len(cbor) else 0
    if 0x60 <= head < 0x78:
        start, length = at + 1, head - 0x60
    elif head == 0x78 and at + 1 < len(cbor):
        start, length = at + 2, cbor[at + 1]
    else:
        return ""
    return cbor[start : start + length].decode("utf-8", "replace")[:LONGEST_NAME]
