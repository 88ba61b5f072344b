"""The mark that generators of pictures leave in a file (AIGC, GB 45438-2025): read at upload, kept in every size.

A pure module: bytes in, bytes out. Nothing is encoded anew; the mark goes into the file as XMP, where the standard
wants it, and whatever else the file said of itself (where a photograph was taken, say) stays out. What says the same in
other words (content credentials, IPTC) is read by provenance.py and becomes a mark of this kind: its signature cannot
outlive a new encoding, what it said can.
"""

from __future__ import annotations

import html
import json
import re
import struct
import zlib
from typing import Any

from content.blocks import provenance

NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
LONGEST = 500
"""Characters of one field that are kept: what a stranger's file says is no place to hide a book."""

SOURCE = "DigitalSourceType"
"""Beside the standard's fields: IPTC's word for it, which programs elsewhere look for."""
GENERATED = "1"
"""Label of what is certainly a machine's work; 2 and 3 stand for what may be."""

Mark = dict[str, str]

_OBJECT = rb"(\{[^{}]{2,8000}\})"
_NAMED = re.compile(rb'xmlns:([A-Za-z][\w.-]{0,30})\s*=\s*["\']' + re.escape(NAMESPACE.encode()))
_IN_EXIF = re.compile(rb'AIGC(?:"\s*:|\x00)\s*' + _OBJECT)
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_XMP = b"XML:com.adobe.xmp\x00"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_MOST_UNPACKED = 256 * 1024
_GIF_END = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
"""Leads a reader that knows nothing of XMP out of it, wherever it stands (Adobe's XMP specification, part 3)."""


def read(data: bytes) -> Mark | None:
    """The mark that a picture carries in XMP, EXIF or a text chunk, or that its content credentials amount to; None
    where it carries none that can be read.
    """
    places = (data, *_packed_texts(data))
    mark = next((found for place in places if b"AIGC" in place and (found := _in_xmp(place) or _in_exif(place))), None)
    source = next(filter(None, map(provenance.source_type, places)), "")
    if not source:
        return mark
    if mark is None:
        maker = provenance.maker(data)
        mark = {"Label": GENERATED} | ({"ContentProducer": maker} if maker else {})
    return {**mark, SOURCE: source}


def embed(data: bytes, mark: Mark) -> bytes:
    """The same picture carrying the mark. A file that carries it already, or of a kind we do not make, as it is."""
    if read(data) == mark:
        return data
    packet = xmp(mark)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _into_webp(data, packet)
    if data[:2] == b"\xff\xd8":
        body = _JPEG_XMP + packet
        return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]
    if data.startswith(_PNG):
        end = 8 + 25  # behind IHDR, which is always first and always this long
        return data[:end] + _png_chunk(b"iTXt", _PNG_XMP + b"\x00\x00\x00\x00" + packet) + data[end:]
    if data[:4] == b"GIF8" and data.endswith(b";"):
        return b"GIF89a" + data[6:-1] + b"!\xff\x0bXMP DataXMP" + packet + _GIF_END + b";"
    if data[4:8] == b"ftyp":
        return data + struct.pack(">I", 24 + len(packet)) + b"uuid" + _XMP_UUID + packet
    return data


def xmp(mark: Mark) -> bytes:
    """The packet that holds the mark and nothing else."""
    fields = {name: value for name, value in mark.items() if name != SOURCE}
    words = html.escape(json.dumps(fields, ensure_ascii=False, separators=(",", ":")), quote=True)
    source = (
        f' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' Iptc4xmpExt:{SOURCE}="{provenance.SOURCE_TYPES}{html.escape(mark[SOURCE], quote=True)}"'
        if SOURCE in mark
        else ""
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{NAMESPACE}"{source}><TC260:AIGC>{words}</TC260:AIGC>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _in_xmp(data: bytes) -> Mark | None:
    """As an element or as an attribute, under whatever prefix the packet gives the namespace."""
    for named in _NAMED.finditer(data):
        prefix = re.escape(named[1])
        near = data[max(0, named.start() - 16_000) : named.end() + 16_000]
        shapes = (rb"<" + prefix + rb":AIGC[^>]{0,200}>(.{2,8000}?)</", prefix + rb':AIGC\s*=\s*"([^"]{2,8000})"')
        for shape in (*shapes, prefix + rb":AIGC\s*=\s*'([^']{2,8000})'"):
            if (match := re.search(shape, near, re.S)) and (mark := _mark(match[1])):
                return mark
    return None


def _in_exif(data: bytes) -> Mark | None:
    """As `{"AIGC": {…}}` in a comment of EXIF, or as a text chunk named AIGC."""
    return next((mark for match in _IN_EXIF.finditer(data) if (mark := _mark(match[1]))), None)


def _mark(raw: bytes) -> Mark | None:
    try:
        said: Any = json.loads(html.unescape(raw.decode("utf-8")))
    except ValueError:
        return None
    if isinstance(said, dict) and isinstance(said.get("AIGC"), dict):
        said = said["AIGC"]
    if not isinstance(said, dict) or not {"Label", "ContentProducer", "ProduceID"} & set(said):
        return None
    return {name: str(said[name])[:LONGEST] for name in FIELDS if isinstance(said.get(name), str | int)}


def _packed_texts(data: bytes) -> list[bytes]:
    """Text chunks of a PNG that are packed, unpacked as far as a mark could reach."""
    if not data.startswith(_PNG):
        return []
    found, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] in (b"iTXt", b"zTXt"):
            body = data[at + 8 : at + 8 + length]
            start = body.find(b"\x78")  # where a zlib stream begins
            while 0 <= start < 200:
                try:
                    found.append(body[:start] + zlib.decompressobj().decompress(body[start:], _MOST_UNPACKED))
                    break
                except zlib.error:
                    start = body.find(b"\x78", start + 1)
        at += 12 + length
    return found


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _into_webp(data: bytes, packet: bytes) -> bytes:
    """Behind the other chunks, with the extended header that announces it, made where the file has none."""
    chunks = _webp_chunks(data)
    if not chunks:
        return data
    if chunks[0][0] == b"VP8X":
        flags = chunks[0][1][0] | 0x04
        header = bytes([flags]) + chunks[0][1][1:]
        rest = [chunk for chunk in chunks[1:] if chunk[0] != b"XMP "]
    else:
        size = _webp_size(*chunks[0])
        if size is None:
            return data
        width, height, alpha = size
        flags = 0x04 | (0x10 if alpha else 0)
        header = struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        rest = chunks
    body = b"".join(_riff_chunk(*chunk) for chunk in [(b"VP8X", header), *rest, (b"XMP ", packet)])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + (b"\x00" if len(body) % 2 else b"")


def _webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > len(data):
            return []
        chunks.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return chunks


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int, bool] | None:
    """Width, height and whether there is transparency, from the first bytes of a simple file's only chunk."""
    if kind == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF, False
    if kind == b"VP8L" and len(body) >= 5:
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    return None
