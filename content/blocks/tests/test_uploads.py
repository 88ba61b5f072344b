"""Pictures as writers upload them in the admin."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Drawing
from wagtail.documents.models import Document
from wagtail.images.models import Image

from affiliate.people.api import User
from content.blocks import aigc
from content.pages.models import PictureMark

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def at_home(settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("op", "op@example.com", "x"))
    return tmp_path


def drawn(kind="JPEG", size=(80, 40), **options):
    held = BytesIO()
    Drawing.new("RGB", size, "teal").save(held, kind, **options)
    return held.getvalue()


def add(client, data, name):
    fields = {"title": "花", "file": ContentFile(data, name), "description": "", "tags": "", "collection": "1"}
    return client.post("/admin/images/add/", fields)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_not_what_was_sent(client, at_home):
    exif = Drawing.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 18.0)})
    assert add(client, drawn(exif=exif.tobytes()) + b"behind it", "花.jpg").status_code == 302
    image = Image.objects.get()
    (kept,) = files(at_home)
    assert b"behind it" not in kept.read_bytes()
    assert (image.width, image.height, image.file_size) == (40, 80, kept.stat().st_size)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "SVG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "SVG"),
        (b"GIF89a not really", "a.gif", "损坏"),
        (b"hello", "a.jpg", "JPEG"),
        (drawn() + b"<script>1</script>", "a.jpg", "另一个文件"),
        (drawn(), "a.exe", "EXE"),
        (drawn("BMP"), "a.jpg", "JPEG"),
    ],
)
def test_what_is_not_taken_is_refused_in_words_and_nothing_is_kept(client, at_home, data, name, words):
    answer = add(client, data, name)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text if words != "EXE" else "WEBP" in text
    assert not Image.objects.exists()
    assert files(at_home) == []


def test_the_uploader_of_many_says_it_beside_the_file(client, at_home):
    fields = {"files[]": ContentFile(b"<svg/>", "a.png"), "title": "a"}
    answer = client.post("/admin/images/multiple/add/", fields, headers={"X-Requested-With": "XMLHttpRequest"})
    assert "SVG" in json.loads(answer.content)["error_message"]
    good = {"files[]": ContentFile(drawn(), "a.jpg"), "title": "a"}
    answer = client.post("/admin/images/multiple/add/", good, headers={"X-Requested-With": "XMLHttpRequest"})
    assert json.loads(answer.content)["success"] is True
    assert Image.objects.get().file.name.endswith(".jpg")


def test_a_picture_may_be_replaced_and_its_words_changed_without_one(client, at_home):
    add(client, drawn(), "a.jpg")
    image = Image.objects.get()
    fields = {"title": "新名", "description": "", "tags": "", "collection": "1"}
    assert client.post(f"/admin/images/{image.pk}/", fields).status_code == 302
    image.refresh_from_db()
    assert image.title == "新名"
    before = image.file.name
    assert (
        client.post(f"/admin/images/{image.pk}/", {**fields, "file": ContentFile(drawn("PNG"), "b.png")}).status_code
        == 302
    )
    image.refresh_from_db()
    assert image.file.name != before and image.file.name.endswith(".png")


def test_the_web_process_itself_opens_only_what_was_written_anew(client, monkeypatch):
    opened, real = [], Drawing.open

    def watched(file, *args, **kwargs):
        file.seek(0)
        opened.append(file.read())
        file.seek(0)
        return real(file, *args, **kwargs)

    monkeypatch.setattr(Drawing, "open", watched)
    assert add(client, drawn() + b"as it was sent", "a.jpg").status_code == 302
    assert opened and not any(b"as it was sent" in data for data in opened)


def test_a_document_is_a_download_that_runs_nothing(client):
    fields = {"title": "表", "file": ContentFile(b"<script>1</script>", "a.txt"), "tags": "", "collection": "1"}
    assert client.post("/admin/documents/add/", fields).status_code == 302
    answer = client.get(Document.objects.get().url)
    assert answer.getvalue() == b"<script>1</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{Document.objects.get().file.name}").status_code == 404


def test_a_document_of_another_kind_is_refused(client):
    fields = {"title": "页", "file": ContentFile(b"<script>1</script>", "a.html"), "tags": "", "collection": "1"}
    assert client.post("/admin/documents/add/", fields).status_code == 200
    assert not Document.objects.exists()


MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_mark_outlives_the_cleaning_of_an_upload_and_reaches_the_picture(client, at_home, kind):
    mark = {"Label": "1", "ContentProducer": "厂"}
    frames = {"save_all": True, "append_images": [Drawing.new("RGB", (80, 40), "red")]} if kind == "GIF" else {}
    assert add(client, aigc.embed(drawn(kind, **frames), mark), f"a.{kind.lower()}").status_code == 302
    (kept,) = files(at_home)
    assert aigc.read(kept.read_bytes()) == mark
    assert PictureMark.objects.get().mark == mark


def test_what_content_credentials_said_outlives_their_signature(client, at_home):
    claim = b"jumb c2pa oclaim_generatordAcmeqdigitalSourceTypexF" + MADE.encode()
    body = b"JP\x00\x01\x00\x00\x00\x01" + claim
    data = drawn()
    data = data[:2] + b"\xff\xeb" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]
    assert add(client, data, "a.jpg").status_code == 302
    (kept,) = files(at_home)
    assert b"c2pa" not in kept.read_bytes()
    assert PictureMark.objects.get().is_ai
    assert aigc.read(kept.read_bytes()) == {
        "Label": "1",
        "ContentProducer": "Acme",
        "DigitalSourceType": "trainedAlgorithmicMedia",
    }
