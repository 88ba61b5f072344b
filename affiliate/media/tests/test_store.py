"""Files in an S3-compatible store, tried against one on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.test import override_settings
from moto.server import ThreadedMotoServer
from PIL import Image as Drawing
from wagtail.documents.models import Document
from wagtail.images.models import Image

from affiliate.media import order, store
from affiliate.media.api import expect_store, put_in_order
from affiliate.media.store import StoreDown, options_of, origins_of
from affiliate.people.api import User
from bench.exit import free_port
from config.media import StoreDownMiddleware
from content.blocks.api import rendition

ROOT = Path(__file__).resolve().parents[3]
KEY = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret"}
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield SimpleNamespace(port=port, url=f"http://{host}:{port}")
    running.stop()


@pytest.fixture
def client_of(server):
    client = boto3.client("s3", endpoint_url=server.url, region_name="us-east-1", **KEY)
    client.create_bucket(Bucket="pictures")
    yield client
    for found in client.list_objects_v2(Bucket="pictures").get("Contents", []):
        client.delete_object(Bucket="pictures", Key=found["Key"])
    client.delete_bucket(Bucket="pictures")


def using(url):
    """Django with the store of this address."""
    backend = {"BACKEND": "affiliate.media.store.S3Media", "OPTIONS": options_of(url)}
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(STORAGES={"default": backend, "staticfiles": plain})


@pytest.fixture
def kept(server, client_of):
    """The store, up; gives what it holds."""
    with using(f"s3://key:se%2Fcret@127.0.0.1:{server.port}/pictures?scheme=http&region=us-east-1"):
        yield lambda: {found["Key"] for found in client_of.list_objects_v2(Bucket="pictures").get("Contents", [])}


@pytest.fixture
def down():
    """The store, where nobody listens."""
    with using(f"s3://key:secret@127.0.0.1:{free_port()}/pictures?scheme=http&region=us-east-1"):
        yield


def png(side=40):
    held = BytesIO()
    Drawing.new("RGB", (side, side), "teal").save(held, "PNG")
    return held.getvalue()


def upload(name="花.png", data=None):
    file = ContentFile(png() if data is None else data, name)
    return {"title": "花", "file": file, "description": "", "tags": "", "collection": "1"}


@pytest.fixture
def operator(client, db):
    client.force_login(User.objects.create_superuser("op", "op@example.com", "x"))
    return client


def test_the_address_is_read_whole():
    options = options_of(
        "s3://k%3Ay:a%2Fb@s3.example.com:9000/media?region=cn-1&public=https://cdn.example.com/&prefix=a"
    )
    assert (options["access_key"], options["secret_key"], options["bucket_name"]) == ("k:y", "a/b", "media")
    assert (options["endpoint_url"], options["region_name"]) == ("https://s3.example.com:9000", "cn-1")
    assert (options["public"], options["location"]) == ("https://cdn.example.com", "a")


@pytest.mark.parametrize(
    "url",
    [
        "https://key:hush-hush@host/bucket",
        "s3://host/bucket",
        "s3://key:hush-hush@host/",
        "s3://key:hush-hush@host/a/b",
        "s3://key:hush-hush@host/bucket?acl=public",
        "s3://key:hush-hush@host/bucket?scheme=ftp",
        "s3://key:hush-hush@host/bucket?public=cdn",
        "s3://key:hush-hush@host:port/bucket",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_secret(url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE_URL") as caught:
        options_of(url)
    assert "hush" not in str(caught.value)


def test_pages_name_pictures_at_the_site_or_where_the_public_finds_them():
    ours = store.S3Media(**options_of("s3://k:s@h/b"))
    assert ours.url("images/花 1.webp") == "/media/images/%E8%8A%B1%201.webp"
    cdn = "s3://k:s@h/b?public=http://127.0.0.1:9/cdn"
    assert store.S3Media(**options_of(cdn)).url("a.webp") == "http://127.0.0.1:9/cdn/a.webp"
    assert (origins_of(cdn), origins_of(""), origins_of("s3://k:s@h/b?public=https://c")) == (
        ["http://127.0.0.1:9"],
        [],
        [],
    )


def test_naming_a_picture_does_not_load_the_client():
    code = (
        "import sys; sys.path[:0] = ['.', 'site']; from affiliate.media.store import S3Media, options_of\n"
        "S3Media(**options_of('s3://k:s@h/b')).url('a.webp'); assert 'boto3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.django_db
def test_files_go_there_and_come_back(kept):
    name = default_storage.save("a/花.txt", ContentFile("你好".encode()))
    assert default_storage.exists(name) and kept() == {"a/花.txt"}
    with default_storage.open(name) as file:
        assert file.read().decode() == "你好"
    assert default_storage.size(name) == 6
    assert default_storage.save(name, ContentFile(b"other")) != name
    default_storage.delete(name)
    assert not default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


@pytest.mark.django_db
def test_a_picture_is_uploaded_shown_in_its_sizes_and_served_by_the_site(kept, operator, client):
    answer = operator.post("/admin/images/add/", upload())
    assert answer.status_code == 302, answer.content.decode()
    image = Image.objects.get()
    small = rendition(image, "width-20|format-webp")
    assert kept() == {image.file.name, small.file.name}
    answer = client.get(small.url)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/webp",
        "nosniff",
    )
    assert Drawing.open(BytesIO(answer.getvalue())).size == (20, 20)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get("/media/images/nothing.webp").status_code == 404


@pytest.mark.django_db
def test_a_document_is_a_download_that_runs_nothing_and_has_no_second_address(kept, client):
    document = Document.objects.create(title="表", file=ContentFile(b"<script>1</script>", "表.txt"))
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    assert client.get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.django_db
def test_while_the_store_is_down_an_upload_is_refused_plainly_and_nothing_is_kept(down, operator):
    answer = operator.post("/admin/images/add/", upload())
    assert answer.status_code == 200
    assert "文件存储" in answer.content.decode()
    assert not Image.objects.exists()
    fields, headers = {"files[]": ContentFile(png(), "a.png"), "title": "a"}, {"X-Requested-With": "XMLHttpRequest"}
    answer = operator.post("/admin/images/multiple/add/", fields, headers=headers)
    assert answer.json()["success"] is False
    assert "文件存储" in answer.json()["error_message"]
    assert not Image.objects.exists()


@pytest.mark.django_db
def test_a_store_that_falls_silent_in_the_middle_is_said_plainly_too(down, operator, monkeypatch, rf):
    monkeypatch.setattr(store.S3Media, "answers", lambda self: True)
    monkeypatch.setattr(store.S3Media, "exists", lambda self, name: False)
    answer = operator.post("/admin/images/add/", upload())
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "文件存储" in answer.content.decode()
    middleware = StoreDownMiddleware(lambda request: None)
    request = rf.post("/admin/images/multiple/add/", headers={"X-Requested-With": "XMLHttpRequest"})
    said = json.loads(middleware.process_exception(request, StoreDown("down")).content)
    assert said["success"] is False and "文件存储" in said["error_message"]
    assert middleware.process_exception(request, OSError("something else")) is None


@pytest.mark.django_db
def test_while_the_store_is_down_what_readers_see_costs_a_picture_and_no_page(down, client, caplog):
    image = Image(title="花", file="original_images/a.png", width=9, height=9)
    image.file_hash = "0" * 40
    Image.objects.bulk_create([image])
    assert rendition(Image.objects.get(), "width-20|format-webp") is None
    assert client.get("/media/images/a.webp").status_code == 503
    with pytest.raises(ValidationError):
        expect_store()
    default_storage.delete("a.webp")
    assert "left there" in caplog.text


@pytest.mark.django_db
def test_a_wrong_key_or_bucket_counts_as_down_and_never_shows_the_secret(server, client_of, caplog):
    with using(f"s3://key:hush-hush@127.0.0.1:{server.port}/elsewhere?scheme=http"):
        with pytest.raises(ValidationError):
            expect_store()
        with pytest.raises((StoreDown, FileNotFoundError)) as caught:
            default_storage.open("a.webp")
        assert "hush" not in caplog.text + str(caught.value)


def test_the_store_is_the_default_one(kept):
    assert isinstance(storages["default"], store.S3Media)


@pytest.mark.django_db
def test_what_no_row_names_is_removed_from_the_bucket_too(kept, monkeypatch):
    held = BytesIO()
    Drawing.new("RGB", (40, 20), "teal").save(held, "PNG")
    image = Image.objects.create(title="花", file=ContentFile(held.getvalue(), "a.png"))
    left = default_storage.save("original_images/left.png", ContentFile(b"x"))
    assert put_in_order().orphans == []
    monkeypatch.setattr(order, "LEFT_FOR", timedelta(seconds=-5))
    assert put_in_order().orphans == [left]
    assert kept() == {image.file.name}
