"""What is kept of an uploaded picture, and what is not taken."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from affiliate.media import process
from affiliate.media.api import REASONS, clean_picture
from affiliate.media.process import Refused, cleaned
from affiliate.people.api import Author

PIXELS = 4_000_000
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="31,12.3N" TC260:AIGC="{label:1}">'
    b"<exif:GPSLongitude>121,28.4E</exif:GPSLongitude><photoshop:City>Shanghai</photoshop:City>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def drawn(kind="JPEG", size=(60, 40), mode="RGB", **options):
    held = BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(held, kind, **options)
    return held.getvalue()


def photographed(orientation=1):
    """As a phone writes it: where, with whose device, which way up, and that a machine made it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 18.0), 3: "E", 4: (121.0, 28.0, 24.0)})
    exif.get_ifd(0x8769).update({0xA431: "SERIAL-77", 0x9286: b"ASCII\0\0\0AIGC:label=1", 0x927C: b"maker 31.2 121.4"})
    return drawn(exif=exif.tobytes(), xmp=XMP)


def clean(data, side=2560):
    found = cleaned(data, side=side, pixels=PIXELS)
    return found, Image.open(BytesIO(found.data))


def refused(data):
    with pytest.raises(Refused) as caught:
        cleaned(data, side=2560, pixels=PIXELS)
    assert caught.value.code in REASONS
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_picture_is_written_anew_in_its_own_format(kind):
    found, image = clean(drawn(kind, mode="P" if kind == "GIF" else "RGB"))
    assert (image.format, image.size, (found.width, found.height)) == (kind, (60, 40), (60, 40))


def test_where_it_was_taken_and_by_whose_device_is_dropped_and_the_marks_of_machines_are_kept():
    found, image = clean(photographed())
    exif = image.getexif()
    assert not exif.get_ifd(0x8825)
    assert exif[0x010F] == "Phone"
    assert b"AIGC" in exif.get_ifd(0x8769)[0x9286]
    for secret in (b"GPS", b"31,12.3N", b"121,28.4E", b"Shanghai", b"SERIAL-77", b"maker"):
        assert secret not in found.data
    assert b'TC260:AIGC="{label:1}"' in image.info["xmp"]


@pytest.mark.parametrize("orientation", [6, 8])
def test_a_picture_taken_sideways_stands_upright(orientation):
    found, image = clean(photographed(orientation))
    assert image.size == (found.width, found.height) == (40, 60)
    assert 0x0112 not in image.getexif()


def test_a_mark_in_a_png_is_kept_and_other_text_is_not():
    info = PngImagePlugin.PngInfo()
    info.add_text("AIGC", '{"Label":"1"}')
    info.add_text("Comment", "at home, Street 7")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    found, image = clean(drawn("PNG", pnginfo=info))
    assert image.text["AIGC"] == '{"Label":"1"}'
    assert "TC260:AIGC" in image.text["XML:com.adobe.xmp"]
    assert b"Street 7" not in found.data and b"GPS" not in found.data


def test_a_large_picture_is_kept_only_as_large_as_it_is_shown():
    _found, image = clean(drawn(size=(2000, 1000)), side=500)
    assert image.size == (500, 250)


def test_an_animation_keeps_its_frames_within_bounds():
    frames = [Image.new("RGB", (50, 50), (shade, 0, 0)) for shade in (0, 100, 200)]
    held = BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:], duration=90, loop=0)
    _found, image = clean(held.getvalue())
    assert image.n_frames == 3
    many = [Image.new("RGB", (20, 20), (shade % 256, shade // 256, 0)) for shade in range(300)]
    held = BytesIO()
    many[0].save(held, "GIF", save_all=True, append_images=many[1:], duration=20)
    assert refused(held.getvalue()) == "too_many_frames"


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(side):
    """A PNG of a few kilobytes that says it is side × side and decodes to that."""
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(1 + side // 8)) for _ in range(side)) + rows.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_it_is_decoded():
    small = bomb(30_000)
    assert len(small) < 300_000
    assert refused(small) == "too_many_pixels"


def test_a_bomb_in_its_metadata_does_no_harm():
    text = b"Comment\0\0" + zlib.compress(b"x" * 50_000_000, 9)
    whole = drawn("PNG")
    assert refused(whole[:33] + chunk(b"zTXt", text) + whole[33:]) in {"broken", "not_a_picture"}


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("page", b"<html><script>alert(1)</script>"),
        ("script", b"\n<SCRIPT src=//x>"),
        ("program", b"<?php system($_GET[0]); ?>"),
        ("drawing", b"<svg onload=alert(1)>"),
        ("archive", b"Rar!\x1a\x07\x00abc"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_second_file_behind_or_inside_a_picture_is_refused(name, payload, kind):
    assert refused(drawn(kind, mode="P" if kind == "GIF" else "RGB") + payload) == "two_files"


def test_an_archive_behind_a_picture_and_a_page_in_its_comment_are_refused():
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(drawn() + held.getvalue()) == "two_files"
    assert refused(drawn(comment=b"<script>1</script>")) == "two_files"


def test_what_stands_behind_a_photograph_is_cut_off():
    found, _image = clean(drawn() + b"\x00\x00ftypmp42" + b"film" * 50)
    assert b"ftyp" not in found.data and b"film" not in found.data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "svg"),
        (b"<?xml version='1.0'?><svg/>", "svg"),
        (b"not a picture at all", "not_a_picture"),
        (b"MZ" + bytes(500), "not_a_picture"),
        (b"%PDF-1.7 ...", "two_files"),
        (b"\xff\xd8\xff", "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
    ],
)
def test_what_is_no_picture_is_refused_by_what_it_is(data, code):
    assert refused(data) == code


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_formats_that_the_site_does_not_show_are_refused(kind):
    assert refused(drawn(kind)) == "not_a_picture"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_torn_picture_is_refused_wherever_it_is_torn(kind):
    held = BytesIO()
    picture = Image.effect_noise((120, 90), 80).convert("P" if kind == "GIF" else "RGB")
    picture.save(held, kind)
    whole = held.getvalue()
    for part in (0.2, 0.5, 0.8):
        assert refused(whole[: int(len(whole) * part)]) in {"broken", "not_a_picture"}


def test_whatever_bytes_are_wrong_the_answer_is_a_picture_or_a_refusal():
    luck = random.Random(7)
    whole = photographed()
    for _ in range(12):
        torn = bytearray(whole)
        for _ in range(luck.randint(1, 30)):
            torn[luck.randrange(len(torn))] = luck.randrange(256)
        try:
            assert Image.open(BytesIO(cleaned(bytes(torn), side=2560, pixels=PIXELS).data)).format == "JPEG"
        except Refused as reason:
            assert reason.code in REASONS


def test_a_reader_that_dies_or_hangs_is_a_refusal(monkeypatch, tmp_path):
    script = tmp_path / "dies.py"
    script.write_text("import os; os.abort()")
    monkeypatch.setattr(process, "SCRIPT", script)
    assert refused(drawn()) == "too_much"
    script.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(process, "WAIT_SECONDS", 0.3)
    assert refused(drawn()) == "too_much"


class TestAsAnUpload:
    def test_the_name_follows_what_the_file_is(self):
        upload = clean_picture(SimpleUploadedFile("../../etc/花.png", drawn("JPEG"), "text/html"))
        assert (upload.name, upload.content_type) == ("花.jpg", "image/jpeg")

    def test_an_empty_or_heavy_file_is_refused_in_words(self, settings):
        settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
        for data, code in ((b"", "empty"), (drawn(), "too_heavy")):
            with pytest.raises(ValidationError) as caught:
                clean_picture(SimpleUploadedFile("a.jpg", data))
            assert caught.value.code == code

    @pytest.mark.django_db
    def test_an_authors_picture_is_cleaned_and_made_small(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        author = Author(handle="lin", name="林", picture=SimpleUploadedFile("me.jpg", photographed(6)))
        author.full_clean()
        author.save()
        kept = (tmp_path / author.picture.name).read_bytes()
        assert b"GPS" not in kept and b"SERIAL" not in kept
        assert Image.open(BytesIO(kept)).size == (40, 60)

    @pytest.mark.django_db
    def test_an_authors_picture_that_is_none_is_refused_at_its_field_and_nothing_is_kept(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        author = Author(handle="lin", name="林", picture=SimpleUploadedFile("me.jpg", b"<svg/>"))
        with pytest.raises(ValidationError) as caught:
            author.full_clean()
        assert "picture" in caught.value.message_dict
        assert list(tmp_path.rglob("*.*")) == []
