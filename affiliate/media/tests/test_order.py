"""Files and rows in step: what a crash left behind goes after a day, and nothing else does."""

from __future__ import annotations

import json
import os
import time
from io import BytesIO, StringIO

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.backends.utils import CursorWrapper
from django.db.models import FileField
from PIL import Image as Drawing
from wagtail.images.models import Image

from affiliate.media import order
from affiliate.media.api import put_in_order

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def drawn():
    held = BytesIO()
    Drawing.new("RGB", (40, 20), "teal").save(held, "PNG")
    return ContentFile(held.getvalue(), "a.png")


def image():
    return Image.objects.create(title="花", file=drawn())


def aged(folder):
    past = time.time() - 2 * 86_400
    for path in folder.rglob("*"):
        os.utime(path, (past, past))


class Crash(BaseException):
    """The process ends here."""


def crash(monkeypatch):
    """An upload whose process ends after the file is stored and before its row is."""
    execute = CursorWrapper.execute

    def dies(self, sql, params=None):
        if sql.startswith('INSERT INTO "wagtailimages_image"'):
            raise Crash
        return execute(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", dies)
        with pytest.raises(Crash):
            image()


def test_what_a_crash_left_goes_after_a_day_and_what_rows_name_stays(monkeypatch, folder):
    kept = image()
    kept.get_rendition("width-20|format-webp")
    crash(monkeypatch)
    assert len(list(folder.glob("original_images/*"))) == 2
    assert put_in_order().orphans == []  # it may still get its row
    aged(folder)
    found = put_in_order()
    assert len(found.orphans) == 1 and found.files == 3 and not found.missing
    assert default_storage.exists(kept.file.name) and len(list(folder.glob("original_images/*"))) == 1
    assert put_in_order().orphans == []


def test_a_dry_look_and_folders_of_others_change_nothing(monkeypatch, folder):
    image()
    crash(monkeypatch)
    default_storage.save("mine/note.txt", ContentFile(b"x"))
    aged(folder)
    said = StringIO()
    call_command("check_media", "--dry-run", "--json", stdout=said)
    assert len(json.loads(said.getvalue())["orphans"]) == 1
    put_in_order()
    assert default_storage.exists("mine/note.txt")


def test_a_row_whose_file_is_gone_is_reported(caplog):
    lost = image()
    default_storage.delete(lost.file.name)
    said = StringIO()
    call_command("check_media", stdout=said)
    assert f"no file: wagtailimages.Image {lost.pk}: {lost.file.name}" in said.getvalue()
    assert "1 rows without their file" in caplog.text


def test_another_installations_database_removes_nothing(monkeypatch, folder):
    crash(monkeypatch)
    aged(folder)
    with pytest.raises(CommandError):
        call_command("check_media", stdout=StringIO())
    assert len(list(folder.glob("original_images/*"))) == 1


def test_a_store_most_of_whose_files_no_row_names_is_taken_for_anothers(folder):
    kept = image()
    for number in range(2):
        default_storage.save(f"original_images/theirs{number}.png", ContentFile(b"x"))
    aged(folder)
    with pytest.raises(CommandError, match="--sure"):
        call_command("check_media", stdout=StringIO())
    assert put_in_order().refused and len(list(folder.glob("original_images/*"))) == 3
    call_command("check_media", "--sure", stdout=StringIO())
    assert [path.name for path in folder.glob("original_images/*")] == [kept.file.name.rpartition("/")[2]]


def test_every_folder_that_rows_use_is_walked():
    shown = image()
    shown.get_rendition("width-20|format-webp")
    assert {name.split("/")[0] for name, _row in order._named()} <= set(order.FOLDERS)
    folders = {
        str(one.upload_to).strip("/")
        for model in apps.get_models()
        for one in model._meta.fields
        if isinstance(one, FileField) and isinstance(one.upload_to, str)
    }
    assert folders <= set(order.FOLDERS)
