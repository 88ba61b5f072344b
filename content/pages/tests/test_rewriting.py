"""Old uploads are written anew once each, keep what they said of AI, and lose where they were taken."""

from __future__ import annotations

import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import TestCase
from PIL import Image as Drawing
from wagtail.images.models import Image

from affiliate.people.api import User
from content.blocks.api import aigc
from content.pages import rewriting
from content.pages.ai import PictureMark

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]
MARK = {"Label": "1", "ContentProducer": "acme"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def drawn(size=(60, 30)):
    exif = Drawing.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 18.0)})
    held = BytesIO()
    Drawing.new("RGB", size, "teal").save(held, "JPEG", exif=exif.tobytes())
    return held.getvalue()


def old(data=None):
    return Image.objects.create(title="花", file=ContentFile(data or drawn(), "a.jpg"))


def run(*options):
    said = StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("rewrite_pictures", "--json", *options, stdout=said)
    return json.loads(said.getvalue())


def place(image):
    with Drawing.open(image.file.path) as drawing:
        return dict(drawing.getexif().get_ifd(0x8825))


def test_each_is_written_once_and_the_old_file_goes(folder):
    image = old(aigc.embed(drawn(), MARK))
    before = image.file.name
    assert place(image) and run("--dry-run") == {"waiting": 1}
    assert run() == {"rewritten": 1, "left": []}
    image.refresh_from_db()
    assert not place(image) and (image.width, image.height) == (30, 60)
    assert image.file_size == Path(image.file.path).stat().st_size
    assert PictureMark.objects.get().mark == MARK == aigc.read(Path(image.file.path).read_bytes())
    assert image.file.name != before and len(list(folder.glob("original_images/*"))) == 1
    assert run() == {"rewritten": 0, "left": []}


def test_what_breaks_off_goes_on_where_it_was(monkeypatch):
    images = [old() for _ in range(3)]
    assert run("--limit", "1")["rewritten"] == 1
    clean = rewriting.cleaned_picture

    def dies(upload):
        raise KeyboardInterrupt

    monkeypatch.setattr(rewriting, "cleaned_picture", dies)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert all(Path(image.file.path).exists() for image in Image.objects.all())
    monkeypatch.setattr(rewriting, "cleaned_picture", clean)
    assert run()["rewritten"] == 2 and not any(place(image) for image in Image.objects.all())
    assert len(images) == Image.objects.count()


def test_a_broken_or_lost_file_is_named_and_stops_nothing():
    lost, torn, good = old(), old(), old()
    lost.file.storage.delete(lost.file.name)
    Path(torn.file.path).write_bytes(b"no picture")
    found = run()
    assert found["rewritten"] == 1 and [one["pk"] for one in found["left"]] == [lost.pk, torn.pk]
    assert not place(Image.objects.get(pk=good.pk))


def meanwhile(monkeypatch, act):
    """Something happens to the picture while its file is cleaned."""
    clean = rewriting.cleaned_picture

    def slow(upload):
        done = clean(upload)
        act()
        return done

    monkeypatch.setattr(rewriting, "cleaned_picture", slow)


def test_a_file_that_an_editor_replaced_meanwhile_stays(monkeypatch):
    image = old()

    def replaced():
        other = Image.objects.get(pk=image.pk)
        other.file, other.title = ContentFile(drawn((20, 10)), "b.jpg"), "叶"
        other.save()

    meanwhile(monkeypatch, replaced)
    assert run()["rewritten"] == 0
    image.refresh_from_db()
    assert image.title == "叶" and image.file.name.endswith("b.jpg") and Path(image.file.path).exists()


def test_new_words_of_meanwhile_stay(monkeypatch):
    image = old()
    meanwhile(monkeypatch, lambda: Image.objects.filter(pk=image.pk).update(title="叶"))
    assert run()["rewritten"] == 1
    image.refresh_from_db()
    assert image.title == "叶" and not place(image)


def test_a_picture_that_was_deleted_meanwhile_stays_deleted(monkeypatch, folder):
    image = old()
    meanwhile(monkeypatch, lambda: Image.objects.filter(pk=image.pk).delete())
    assert run()["rewritten"] == 0
    assert not Image.objects.exists() and len(list(folder.glob("original_images/*"))) <= 1


def test_an_upload_of_today_does_not_wait(client):
    client.force_login(User.objects.create_superuser("op", "op@example.com", "x"))
    fields = {"title": "花", "file": ContentFile(drawn(), "a.jpg"), "description": "", "tags": "", "collection": "1"}
    assert client.post("/admin/images/add/", fields).status_code == 302
    assert run("--dry-run") == {"waiting": 0}
