"""Readers see what a machine had a part in; and no size of a picture loses the mark it came with."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Drawing
from wagtail.images.models import Image

from content.blocks.api import aigc
from content.pages.ai import PictureMark
from content.pages.tests.making import make_item, make_post, product, words

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves it to Python to close the files of pictures that it has read.
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]
SHARED = "fill-1200x630|adlabel|format-jpeg"
MARK = {"Label": "1", "ContentProducer": "acme"}
GPS = {1: "N", 2: (31.0, 13.0, 48.0), 3: "E", 4: (121.0, 28.0, 12.0)}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def image(mark=None, **options):
    file = BytesIO()
    Drawing.new("RGB", (1300, 800), (9, 99, 9)).save(file, "JPEG", **options)
    data = aigc.embed(file.getvalue(), mark) if mark else file.getvalue()
    name = f"{uuid.uuid4()}.jpg"
    return Image.objects.create(title=name, file=ContentFile(data, name=name), width=1300, height=800)


def bytes_of(rendition):
    with rendition.file.open("rb") as file:
        return file.read()


def picture(of):
    value = {"image": {"image": of.pk, "decorative": False, "alt_text": "x"}, "caption": "", "credit": ""}
    return {"type": "picture", "id": str(uuid.uuid4()), "value": value}


@pytest.mark.parametrize("size", ["width-720|format-webp", "fill-192x192|format-webp", "width-300|format-avif", SHARED])
def test_every_size_carries_the_mark_and_not_the_place_where_it_was_taken(size):
    exif = Drawing.Exif()
    exif[0x8825] = GPS
    made = bytes_of(image(MARK, exif=exif).get_rendition(size))
    assert aigc.read(made) == MARK
    with Drawing.open(BytesIO(made)) as drawing:
        assert not drawing.getexif().get_ifd(0x8825)


def test_a_picture_without_a_mark_gets_none(client):
    assert aigc.read(bytes_of(image().get_rendition("width-720|format-webp"))) is None
    assert not PictureMark.objects.filter(is_ai=True).exists()


def test_a_picture_older_than_the_reading_is_read_when_its_next_size_is_made():
    old = image(MARK)
    PictureMark.objects.all().delete()
    assert aigc.read(bytes_of(old.get_rendition("width-720|format-webp"))) == MARK
    assert PictureMark.objects.get().is_ai


def test_another_file_in_its_place_is_another_picture():
    changed = image(MARK)
    file = BytesIO()
    Drawing.new("RGB", (30, 30)).save(file, "PNG")
    changed.file = ContentFile(file.getvalue(), name="other.png")
    changed.save()
    assert not PictureMark.objects.get().is_ai


def html_of(client, page, query=""):
    return client.get(page.get_url_parts()[2] + query).content.decode()


@pytest.mark.parametrize(("use", "said"), [("none", None), ("assisted", "AI 辅助"), ("generated", "AI 生成")])
def test_what_the_writer_declared_stands_in_the_byline(client, use, said):
    html = html_of(client, make_post("review", [make_item()], ai_use=use))
    assert ('<span class="ai">' in html) is (said is not None)
    assert said is None or f'<span class="ai">{said}</span>' in html


def test_a_marked_picture_is_marked_for_readers_too(client):
    page = make_post(cover=image(MARK), body=[words("<p>看图。</p>"), picture(image(MARK)), picture(image())])
    assert html_of(client, page).count('<span class="ai">AI 生成</span>') == 2


def test_eight_pictures_take_as_many_queries_as_one(client):
    few, many = (make_post(body=[picture(image(MARK)) for _ in range(n)], cover=image()) for n in (1, 8))
    for page in (few, many):  # Wagtail keeps what belongs to the site; sizes that are missing are made
        html_of(client, page, "?x=1")
    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert html_of(client, page, "?x=1").count("<figure") == page.body.__len__() + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_picture_that_chats_show_of_a_post_that_sells_has_the_label_burnt_in(client):
    cover = image()
    selling, reading = (make_post(cover=cover, body=body) for body in ([product(make_item())], [words("<p>读。</p>")]))
    plain, labelled = "fill-1200x675|format-webp", SHARED
    for page, size in ((selling, labelled), (reading, plain)):
        assert cover.get_rendition(size).url in html_of(client, page)
    corners = []
    for size in (plain, labelled):
        with Drawing.open(BytesIO(bytes_of(cover.get_rendition(size)))) as drawing:
            corners.append(drawing.convert("L").crop((20, 20, 180, 110)).getextrema())
    assert corners[0][1] - corners[0][0] < 10
    assert corners[1][0] < 60 and corners[1][1] > 240


def declared(of, use):
    block = picture(of)
    block["value"]["ai_use"] = use
    return block


def test_each_block_is_marked_as_its_writer_declares(client):
    ai = {"type": "ai_text", "id": str(uuid.uuid4()), "value": {"text": "<p>续航 30 小时</p>", "ai_use": "generated"}}
    sold = product(make_item(), reason="安静", ai_use="assisted")
    html = html_of(client, make_post(body=[ai, sold, declared(image(), "generated"), picture(image())]))
    assert html.count('<span class="ai">AI 生成</span>') == 2 and html.count('<span class="ai">AI 辅助</span>') == 1
    assert html.index("AI 生成") < html.index("续航 30 小时")


def test_a_file_that_says_so_is_believed_before_the_writer(client):
    html = html_of(client, make_post(body=[declared(image(MARK), "none")]))
    assert '<span class="ai">AI 生成</span>' in html


@pytest.mark.parametrize("kind", ["review", "deal", "list"])
def test_cards_results_and_the_feed_carry_the_mark(client, kind):
    page = make_post(kind, [make_item()], ai_use="generated", title="一台安静的风扇")
    make_post(kind, [make_item()], title="另一台风扇")
    for address in ("/", page.get_parent().url, "/search/?q=风扇", f"/u/{page.author.handle}/"):
        html = client.get(address).content.decode()
        assert html.count('class="ai">AI 生成<') == 1, address
    assert client.get("/feed.xml").content.decode().count("AI 生成") == 1


def test_a_covers_mark_stands_on_its_card(client):
    for fields in ({"cover": image(MARK)}, {"cover": image(), "cover_ai": "generated"}, {"cover": image()}):
        make_post(**fields)
    assert client.get("/").content.decode().count('class="cover__ai ai">AI 生成<') == 2


@pytest.mark.parametrize(
    ("kind", "item_picture", "marked"), [("review", "/a.webp", 1), ("deal", "/a.webp", 0), ("deal", "", 1)]
)
def test_a_cover_in_small_keeps_its_mark_and_a_shops_picture_has_none(client, kind, item_picture, marked):
    item = make_item(image_url=item_picture)
    make_post(kind, [item], cover=image(MARK), title="一台安静的风扇")
    small = 'class="thumb__ai ai">AI 生成<'
    assert client.get("/search/?q=风扇").content.decode().count(small) == marked
    assert client.get("/?tab=deals").content.decode().count(small) == (marked if kind == "deal" else 0)


def test_machines_are_told_in_the_structured_data(client):
    assert "TrainedAlgorithmicMediaDigitalSource" in html_of(client, make_post(ai_use="generated"))
    assert "DigitalSource" not in html_of(client, make_post())


def test_goods_of_an_approval_show_its_number_and_the_sentence_of_the_law(client):
    for kind in ("review", "deal"):
        html = html_of(client, make_post(kind, body=[product(make_item(), approval="国食健注G20200001")]))
        assert "国食健注G20200001" in html and "不能代替药物" in html
