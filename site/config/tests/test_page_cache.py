"""Cached pages: what is kept, for whom, for how long, and that a change is seen."""

from __future__ import annotations

import gzip
import re
from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from affiliate.catalog.api import Product
from affiliate.connections.api import switch
from affiliate.tracking.api import Placement
from config import page_cache
from config.page_cache import Entry, PageCacheMiddleware, Store, entry_of, key_of
from content.feed import freshness
from content.pages.tests.making import make_item, make_post, make_writer

make = RequestFactory()


def path_of(page):
    return page.get_url_parts()[2]


@pytest.fixture
def counted():
    """A cache in front of a view that counts how often it is asked."""
    calls = []

    def view(request):
        calls.append(request.get_full_path())
        return HttpResponse(f"<p>{len(calls)}</p>" + "x" * 2000)

    middleware = PageCacheMiddleware(view)
    middleware.epoch.now = lambda at: 1
    middleware.calls = calls
    return middleware


def test_the_second_reader_is_answered_from_memory(counted):
    first, second = counted(make.get("/")), counted(make.get("/"))
    assert first.content == second.content
    assert len(counted.calls) == 1


def test_each_language_and_each_page_of_a_listing_is_kept_apart(counted):
    english = make.get("/")
    english.COOKIES["django_language"] = "en"
    nonsense = make.get("/")
    nonsense.COOKIES["django_language"] = "xx"
    for request in (make.get("/"), english, make.get("/?page=2"), make.get("/?tab=deals"), nonsense):
        counted(request)
    assert len(counted.calls) == 4


@pytest.mark.parametrize(
    "path", ["/admin/", "/go/abc", "/search/?q=x", "/?utm_source=x", "/?page=1&x=1", "/postback/direct/"]
)
def test_what_is_somebodys_own_is_never_kept(counted, path):
    counted(make.get(path))
    counted(make.get(path))
    assert len(counted.calls) == 2


def test_who_is_logged_in_or_posts_is_not_answered_from_memory(counted):
    counted(make.get("/"))
    logged_in = make.get("/")
    logged_in.COOKIES["sessionid"] = "x"
    counted(logged_in)
    counted(make.post("/"))
    assert len(counted.calls) == 3


def test_cookies_of_no_consequence_change_nothing(counted):
    counted(make.get("/"))
    other = make.get("/")
    other.COOKIES["anything"] = "x"
    counted(other)
    assert len(counted.calls) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda response: response.set_cookie("a", "b"),
        lambda response: response.headers.__setitem__("Cache-Control", "no-store"),
        lambda response: response.headers.__setitem__("Cache-Control", "private"),
        lambda response: setattr(response, "status_code", 404),
        lambda response: setattr(response, "content", b"x" * (page_cache.LARGEST_PAGE + 1)),
    ],
)
def test_answers_that_forbid_it_are_not_kept(spoil):
    response = HttpResponse("x")
    assert entry_of(response, 1, 0) is not None
    spoil(response)
    assert entry_of(response, 1, 0) is None


def test_a_reader_who_has_the_page_gets_304(counted):
    first = counted(make.get("/"))
    again = counted(make.get("/", headers={"if-none-match": first["ETag"]}))
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert counted(make.get("/", headers={"if-none-match": '"other"'})).status_code == 200


def test_a_browser_that_unpacks_gets_it_packed(counted):
    plain = counted(make.get("/"))
    packed = counted(make.get("/", headers={"accept-encoding": "gzip, br"}))
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content)
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]


def test_a_new_epoch_and_the_end_of_its_life_both_end_an_entry():
    store = Store()
    entry = Entry(epoch=1, until=10, body=b"x", packed=b"", headers={}, etag="e")
    key = ("h", "/", "", "en")
    store.put(key, entry)
    assert store.get(key, 1, 9) is entry
    assert store.get(key, 2, 9) is None
    store.put(key, entry)
    assert store.get(key, 1, 11) is None
    assert len(store) == 0 and store.bytes == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5000)), max_size=60))
def test_the_store_never_grows_beyond_its_bound(puts):
    store = Store(most_bytes=12_000)
    for number, size in puts:
        entry = Entry(epoch=1, until=10, body=b"x" * size, packed=b"", headers={}, etag="e")
        store.put(("h", f"/{number}", "", "en"), entry)
        assert store.bytes <= 12_000
        assert store.bytes == sum(kept.size for kept in store._entries.values())


def test_a_key_of_unbounded_length_is_refused():
    assert key_of(make.get("/" + "x" * 400)) is None


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A block whose changes count as committed; what ran before is not run again."""

    @contextmanager
    def block():
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return block


@pytest.mark.django_db
def test_publishing_is_seen_on_the_page_and_on_the_front(client, committed, monkeypatch):
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)
    with committed():
        page = make_post("deal", [make_item()], title="旧标题")
    for path in ("/", path_of(page)):
        assert "旧标题" in client.get(path).content.decode()
        assert "旧标题" in client.get(path).content.decode()
    page.title = "新标题"
    with committed():
        page.save_revision().publish()
    for path in ("/", path_of(page)):
        assert "新标题" in client.get(path).content.decode()


@pytest.mark.django_db
def test_a_changed_price_is_seen(client, committed, monkeypatch):
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)
    item = make_item(coupon=None)
    page = make_post("deal", [item])
    assert "¥</span>159" in client.get(path_of(page)).content.decode()
    item.final_price_minor = 12300
    with committed():
        item.save()
    assert "¥</span>123" in client.get(path_of(page)).content.decode()


@pytest.mark.django_db
def test_a_switched_off_network_is_offered_on_no_kept_page_and_comes_back_with_its_switch(
    client, committed, monkeypatch
):
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)
    home = Product.objects.create(title="x")
    cheap = make_item(network="jd", coupon=None, final_price_minor=100, product=home)
    other = make_item(network="pdd", coupon=None, product=home)
    pages = [make_post("deal", [cheap], owner=make_writer("ann")), make_post("review", [cheap])]
    first, second = ({row.code for row in Placement.objects.filter(item=item)} for item in (cheap, other))
    paths = ["/", pages[0].author.get_absolute_url(), *(path_of(page) for page in pages)]

    def exits():
        return [set(re.findall(r"/go/(\w+)", client.get(path).content.decode())) for path in paths]

    assert all(found & first for found in exits())
    with committed():
        switch("jd", False)
    assert all(found and found <= second for found in exits())
    with committed():
        switch("pdd", False)
    assert exits() == [set()] * 4
    for path in paths[:1] + paths[2:]:
        html = client.get(path).content.decode()
        assert "暂时不能从这里去" in html and "已下架" not in html and "已结束" not in html
    with committed():
        switch("jd", True)
    assert all(found & first for found in exits())


@pytest.mark.django_db
def test_a_cached_page_asks_the_database_at_most_for_the_epoch(
    client, django_assert_num_queries, monkeypatch, settings
):
    page = make_post("deal", [make_item()])
    client.get(path_of(page))
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 60.0)
    with django_assert_num_queries(0):
        assert client.get(path_of(page)).status_code == 200
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)
    # With a cache server the epoch lives there.
    with django_assert_num_queries(0 if settings.CACHE_URL else 1):
        client.get(path_of(page))


@pytest.mark.django_db
def test_the_headers_that_protect_readers_are_on_cached_pages_too(client):
    page = make_post("deal", [make_item()])
    fresh, cached = client.get(path_of(page)), client.get(path_of(page))
    for name in ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        assert cached[name] == fresh[name]
    assert cached["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert not cached.cookies


@pytest.mark.django_db
def test_an_editor_who_is_logged_in_sees_the_page_drawn_for_them(client):
    page = make_post("deal", [make_item()])
    client.get(path_of(page))
    logged_in = Client()
    logged_in.force_login(get_user_model().objects.create_superuser("chief", password="x"))
    response = logged_in.get(path_of(page))
    assert "ETag" not in response


@pytest.mark.django_db
def test_many_changes_in_one_transaction_move_the_epoch_once(committed):
    before = freshness.current()
    with committed():
        for _ in range(5):
            freshness.bump()
    assert freshness.current() == before + 1


def test_what_is_kept_is_served_on_while_nobody_can_tell_whether_it_changed(monkeypatch, caplog):
    epoch = page_cache.Epoch()
    monkeypatch.setattr("content.feed.api.current", lambda: 7)
    assert epoch.now(0.0) == 7

    def gone():
        raise ConnectionError("the database is away")

    monkeypatch.setattr("content.feed.api.current", gone)
    assert epoch.now(10.0) == 7
    assert "cannot be read" in caplog.text
