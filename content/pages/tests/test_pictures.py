"""Pictures are ready before a reader asks for them."""

from __future__ import annotations

import uuid
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import TestCase
from PIL import Image as Drawing
from wagtail.images.models import Image, Rendition

from content.feed.models import Card
from content.moderation.workflow import ensure_workflow
from content.pages import pictures, publish
from content.pages.api import HomePage, ReviewPage
from content.pages.tests.making import make_post, words

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves it to Python to close the files of pictures that it has read.
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

SIZES = {
    "fill-1200x675|format-webp",
    "fill-800x450|format-webp",
    "fill-192x192|format-webp",
    "width-1280|format-webp",
    "width-720|format-webp",
}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def image(title: str = "图") -> Image:
    held = BytesIO()
    Drawing.new("RGB", (64, 36), "teal").save(held, "PNG")
    return Image.objects.create(title=title, file=ContentFile(held.getvalue(), f"{uuid.uuid4().hex}.png"))


def picture(shown: Image) -> dict:
    value = {"image": {"image": shown.pk, "alt_text": "一台机器", "decorative": False}, "caption": "", "credit": "我"}
    return {"type": "picture", "id": str(uuid.uuid4()), "value": value}


def sizes_of(shown: Image) -> set[str]:
    return set(Rendition.objects.filter(image=shown).values_list("filter_spec", flat=True))


def no_encoding(monkeypatch) -> None:
    def refuse(*_args, **_kwargs):
        raise AssertionError("a reader had to wait for a picture")

    monkeypatch.setattr(Image, "generate_rendition_file", refuse)


def test_publishing_makes_every_size_that_a_page_shows(client, monkeypatch):
    cover, inside = image(), image()
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = make_post(cover=cover, body=[words("<p>看图。</p>"), picture(inside)])
    assert sizes_of(cover) | sizes_of(inside) == SIZES
    no_encoding(monkeypatch)
    html = client.get(page.url).content.decode()
    assert html.count(".webp") >= 4 and "一台机器" in html
    assert client.get("/search/", {"q": page.title}).status_code == client.get("/").status_code == 200


def test_outside_of_a_transaction_they_are_all_made_before_the_publication_takes_its_lock(monkeypatch):
    made, place, happened = Image.generate_rendition_file, publish.place, []

    def watched_make(self, *args, **kwargs):
        happened.append("picture")
        return made(self, *args, **kwargs)

    def watched_place(page):
        happened.append("placed")
        return place(page)

    monkeypatch.setattr(pictures, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(Image, "generate_rendition_file", watched_make)
    monkeypatch.setattr(publish, "place", watched_place)
    make_post(cover=image(), body=[picture(image())])
    assert happened == ["picture"] * 5 + ["placed"]


def test_within_a_transaction_they_wait_for_its_end():
    cover = image()
    page = make_post(live=False, cover=cover)
    with TestCase.captureOnCommitCallbacks(execute=True):
        pictures.make_unlocked(page)
        assert not sizes_of(cover)
    assert sizes_of(cover) == {size for size in SIZES if size.startswith("fill")}


def test_a_submitted_post_has_its_pictures_before_it_is_approved():
    cover = image()
    page = make_post(live=False, cover=cover)
    ensure_workflow(HomePage.objects.get(), Group.objects.create(name="编辑"))
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.get_workflow().start(page, page.owner)
    assert sizes_of(cover) == {size for size in SIZES if size.startswith("fill")}


@pytest.mark.parametrize("harm", ["lost", "no picture", "torn"])
def test_a_lost_or_broken_file_costs_the_picture_and_not_the_post(client, harm):
    cover, inside = image(), image()
    for one in (cover, inside):
        storage, name = one.file.storage, one.file.name
        left = {"no picture": b"no picture", "torn": Path(storage.path(name)).read_bytes().replace(b"IDAT", b"]YYy")}
        storage.delete(name)
        if harm in left:
            storage.save(name, ContentFile(left[harm]))
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = make_post(cover=cover, body=[words("<p>看图。</p>"), picture(inside)])
    assert ReviewPage.objects.get(pk=page.pk).live
    assert Card.objects.get(page_id=page.pk).cover_url == ""
    html = client.get(page.url).content.decode()
    assert "看图" in html and "<figure" not in html
