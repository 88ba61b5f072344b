"""Merchants' feeds: only what differs is written, what is missing is taken down with care, nothing doubtful goes
through without a person.
"""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from affiliate.catalog.feeds import deciding, holding, reading, starting
from affiliate.catalog.feeds.reading import read
from affiliate.catalog.models import FeedHold, FeedItem, FeedRun, Item, MerchantFeed, PriceObservation
from affiliate.connections.models import Merchant
from affiliate.networks.api import Downloader

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(db):
    merchant = Merchant.objects.create(
        slug="farm", name="农场", hosts="farm.example", link_template="https://farm.example/p/{item_id}?ref={token}",
        item_url_pattern=r"/p/(?P<id>[\w-]+)", commission_rate_bp=800,
    )  # fmt: skip
    return starting.feed_of(merchant)


class Server:
    """Gives out whatever `content` is, with a mark that follows it."""

    def __init__(self) -> None:
        self.content: bytes | httpx.Response = b""
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if isinstance(self.content, httpx.Response):
            return self.content
        mark = f'"{hash(self.content)}"'
        if request.headers.get("If-None-Match") == mark:
            return httpx.Response(304)
        return httpx.Response(200, content=self.content, headers={"ETag": mark})


@pytest.fixture
def server(feed, monkeypatch):
    found = Server()
    client = httpx.Client(transport=httpx.MockTransport(found))
    monkeypatch.setattr(
        reading, "make_downloader", lambda: Downloader(resolver=lambda _host: ["93.184.216.34"], client=client)
    )
    feed.url, feed.next_at = "https://feeds.example/p.json", timezone.now() - timedelta(seconds=1)
    feed.save()
    return found


def products(*prices: object, first: int = 1, **more: object) -> bytes:
    rows = [{"id": str(n), "title": f"货 {n}", "price": str(price), **more} for n, price in enumerate(prices, first)]
    return json.dumps(rows).encode()


def upload(feed: MerchantFeed, data: bytes, **more: object) -> FeedRun:
    """Read a file; somebody looks at what is held as a whole and lets it through (tests/test_preview.py)."""
    run = FeedRun.objects.create(feed=feed, data=data, filename="p.json", **more)
    read(run.pk)
    if holding.decide(run.pk, accept=True, by="olga"):
        read(run.pk)
    run.refresh_from_db()
    return run


def counts(run: FeedRun) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "gone", "bad", "held")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def item(number: int = 1) -> Item:
    return Item.objects.get(item_id=f"farm:{number}")


def test_products_land_as_offers_with_source_and_time(feed):
    run = upload(feed, products(59.8, 12))
    assert (run.state, counts(run), run.data) == ("done", {"created": 2}, None)
    honey = item()
    assert (honey.network, honey.title, honey.price_minor, honey.source) == ("direct", "货 1", 5980, "feed")
    assert honey.url == "https://farm.example/p/1" and honey.complete and honey.commission_minor == 478
    assert timezone.now() - honey.seen_at < timedelta(minutes=1)
    assert PriceObservation.objects.filter(item=honey, source="feed").count() == 1


def test_only_what_differs_is_written_and_the_rest_is_seen_again(feed):
    upload(feed, products(10, 20, 30))
    long_ago = timezone.now() - timedelta(days=3)
    Item.objects.update(seen_at=long_ago)
    PriceObservation.objects.all().delete()
    run = upload(feed, products(10, 25, 30))
    assert counts(run) == {"changed": 1, "unchanged": 2}
    assert [observed.item.item_id for observed in PriceObservation.objects.all()] == ["farm:2"]
    assert all(found.seen_at > long_ago for found in Item.objects.all())


def test_unchanged_products_cost_few_queries_however_many(feed, django_assert_max_num_queries):
    upload(feed, products(*range(10, 160)))
    run = FeedRun.objects.create(feed=feed, data=products(*range(10, 160)), filename="p.json")
    with django_assert_max_num_queries(30):
        read(run.pk)
    run.refresh_from_db()
    assert counts(run) == {"unchanged": 150}


def test_products_that_are_missing_become_unavailable_and_come_back(feed):
    upload(feed, products(10, 20, 30, 40))
    run = upload(feed, products(10, 20, 30))
    assert counts(run) == {"unchanged": 3, "gone": 1}
    assert [found.available for found in Item.objects.order_by("pk")] == [True, True, True, False]
    assert item(4).price_minor == 4000
    assert counts(upload(feed, products(10, 20, 30))) == {"unchanged": 3}
    assert counts(upload(feed, products(10, 20, 30, 40))) == {"unchanged": 3, "changed": 1}
    assert item(4).available


def test_when_more_than_half_vanish_nothing_is_taken_down_until_a_person_says_so(feed):
    upload(feed, products(10, 20, 30, 40))
    run = upload(feed, products(10))
    assert counts(run) == {"unchanged": 1, "held": 1}
    assert all(found.available for found in Item.objects.all())
    question = FeedHold.objects.get()
    assert (question.kind, question.count) == ("vanished", 3)
    deciding.decide(question.pk, accept=True, by="olga")
    assert Item.objects.filter(available=True).count() == 1
    question.refresh_from_db()
    assert (question.accepted, question.decided_by) == (True, "olga")
    assert deciding.decide(question.pk, accept=True, by="oskar") is None


def test_a_feed_that_is_whole_again_answers_the_question_itself(feed):
    upload(feed, products(10, 20, 30, 40))
    upload(feed, products(10))
    upload(feed, products(10, 20, 30, 40))
    assert not FeedHold.objects.exists()
    assert Item.objects.filter(available=True).count() == 4


@pytest.mark.parametrize("data", [b"[]", b"", b"no,feed\n1,2", products(10)[:-20], b"<html>sorry</html>"])
def test_a_feed_that_is_no_feed_changes_nothing_and_says_why(data, feed):
    upload(feed, products(10, 20))
    before = list(Item.objects.values())
    run = upload(feed, data)
    assert run.state == "failed" and run.problem["text"]
    assert list(Item.objects.values()) == before


def test_a_feed_that_breaks_off_after_good_rows_has_changed_nothing(feed):
    upload(feed, products(10))
    before = list(Item.objects.values())
    run = upload(feed, products(*range(20, 800))[:-3])
    assert run.state == "failed"
    assert list(Item.objects.values()) == before


def test_bad_rows_are_kept_with_their_line_and_the_good_ones_count(feed):
    data = "id,title,price,link\n1,好,10,\n2,,20,\n3,贵,many,\n,无名,5,https://evil.example/\n4,好,40,\n".encode(
        "gb18030"
    )
    run = upload(feed, data)
    assert counts(run) == {"created": 2, "bad": 3}
    assert [row["line"] for row in run.rejected] == [3, 4, 5]
    assert run.rejected[1]["values"] == {"field": "price", "value": "'many'"}
    assert run.rejected[2]["cells"]["title"] == "无名"


def test_a_bad_row_does_not_take_its_product_down(feed):
    upload(feed, products(10, 20, 30))
    run = upload(feed, products(10, 20, "many"))
    assert counts(run) == {"unchanged": 2, "bad": 1}
    assert item(3).available and item(3).price_minor == 3000


def test_a_row_without_a_name_may_be_the_missing_one_so_nothing_is_taken_down(feed):
    upload(feed, products(10, 20, 30))
    rows = json.loads(products(10, 20)) + [{"title": "谁", "price": "30"}]
    run = upload(feed, json.dumps(rows).encode())
    assert counts(run) == {"unchanged": 2, "bad": 1, "held": 1}
    assert item(3).available


def test_doubles_that_agree_are_one_and_those_that_differ_are_reported(feed):
    rows = json.loads(products(10)) * 2 + [{"id": "1", "title": "货 1", "price": "11"}]
    run = upload(feed, json.dumps(rows).encode())
    assert counts(run) == {"created": 1, "bad": 1}
    assert (run.rejected[0]["line"], run.rejected[0]["values"]) == (3, {"line": "1"})
    assert item().price_minor == 1000


@pytest.mark.parametrize("wrong", ["1280", "0.13"])
def test_a_price_in_the_wrong_unit_is_held_for_a_person_and_nothing_of_its_row_is_written(wrong, feed):
    upload(feed, products(12.8, 20))
    run = upload(
        feed, json.dumps([{"id": "1", "title": "新名", "price": wrong}, *json.loads(products(20, first=2))]).encode()
    )
    assert counts(run) == {"unchanged": 1, "held": 1}
    assert (item().title, item().price_minor, item().available) == ("货 1", 1280, True)
    question = FeedHold.objects.get()
    assert (question.kind, question.line, question.old_minor) == ("price", 1, 1280)
    upload(
        feed, json.dumps([{"id": "1", "title": "新名", "price": wrong}, *json.loads(products(20, first=2))]).encode()
    )
    assert FeedHold.objects.count() == 1


def test_a_person_lets_a_held_price_through_or_keeps_the_old_one(feed):
    upload(feed, products(12.8))
    upload(feed, products(1280))
    deciding.decide(FeedHold.objects.get().pk, accept=True, by="olga")
    assert item().price_minor == 128_000
    assert counts(upload(feed, products(1280))) == {"unchanged": 1}
    upload(feed, products(12.8))
    deciding.decide(FeedHold.objects.get(accepted=None).pk, accept=False, by="olga")
    assert item().price_minor == 128_000
    upload(feed, products(12.8))
    assert not FeedHold.objects.filter(accepted=None).exists()
    assert upload(feed, products(12.8), believes_jumps=True).changed == 1
    assert item().price_minor == 1280


def test_an_ordinary_sale_is_no_question(feed):
    upload(feed, products(100, 100))
    run = upload(feed, products(9.9, 1500))
    assert counts(run) == {"changed": 2}


def test_the_schedule_fetches_what_is_due_and_an_unchanged_feed_only_confirms(feed, server):
    upload(feed, products(10, 20))
    server.content = products(10, 25)
    assert starting.start_due() == 1
    read(FeedRun.objects.first().pk)
    assert starting.start_due() == 0
    Item.objects.update(seen_at=timezone.now() - timedelta(days=2))
    read(starting.start(MerchantFeed.objects.get()).pk)
    run = FeedRun.objects.first()
    assert (run.state, counts(run), server.asked) == ("same", {}, 2)
    assert all(timezone.now() - found.seen_at < timedelta(hours=1) for found in Item.objects.all())
    MerchantFeed.objects.update(next_at=timezone.now())
    assert starting.start_due() == 1


def test_a_feed_of_one_gigabyte_is_refused_early_and_changes_nothing(feed, server):
    server.content = httpx.Response(200, content=b"", headers={"Content-Length": str(1 << 30)})
    run = starting.start(feed)
    read(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem["code"], run.problem["values"]) == ("failed", "too_large", {"size": "64"})


def test_a_server_that_fails_is_asked_again_soon_and_marks_are_forgotten(feed, server):
    upload(feed, products(11))
    server.content = products(10)
    read(starting.start(feed).pk)
    assert MerchantFeed.objects.get().etag
    MerchantFeed.objects.update(next_at=timezone.now() + timedelta(hours=6))
    server.content = httpx.Response(500)
    for soon in (True, False):
        read(starting.start(MerchantFeed.objects.get()).pk)
        found = MerchantFeed.objects.get()
        assert (found.next_at < timezone.now() + timedelta(hours=1)) is soon
        assert not found.etag
        MerchantFeed.objects.update(next_at=timezone.now() + timedelta(hours=6))
    assert item().available


def test_one_reader_at_a_time_and_a_lost_one_is_noticed(feed):
    run = FeedRun.objects.create(feed=feed, data=products(10), filename="p")
    assert starting.claim(feed) and not starting.claim(feed)
    read(run.pk)
    run.refresh_from_db()
    assert run.state == "waiting"
    FeedRun.objects.filter(pk=run.pk).update(state="running")
    MerchantFeed.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    starting.start_due()
    run.refresh_from_db()
    assert run.state == "failed" and run.data is None
    assert counts(upload(feed, products(10))) == {"created": 1}


def test_what_one_feed_says_is_no_business_of_another_merchants(feed):
    upload(feed, products(10, 20))
    mill = starting.feed_of(
        Merchant.objects.create(
            slug="mill", name="磨坊", hosts="mill.example", link_template="https://mill.example/{item_id}"
        )
    )
    upload(mill, products(99))
    assert item().price_minor == 1000 and item().available
    assert Item.objects.get(item_id="mill:1").price_minor == 9900


@settings(max_examples=25)
@given(steps=st.lists(st.dictionaries(st.integers(1, 5), st.integers(10, 14), min_size=1), min_size=1, max_size=5))
def test_after_any_feeds_every_product_is_as_the_last_feed_said_or_waits_for_a_person(feed, steps):
    from django.db import transaction

    with transaction.atomic():
        for wanted in steps:
            rows = [{"id": str(n), "title": "t", "price": price} for n, price in wanted.items()]
            run = upload(feed, json.dumps(rows).encode())
            again = upload(feed, json.dumps(rows).encode())
            assert run.created + run.changed + run.unchanged == len(wanted) == again.unchanged
            stored = {found.item_id: found for found in Item.objects.all()}
            asked = FeedHold.objects.filter(kind="vanished", accepted=None).exists()
            for item_id, found in stored.items():
                number = int(item_id.partition(":")[2])
                if number in wanted:
                    assert (found.available, found.price_minor) == (True, wanted[number] * 100)
                elif FeedItem.objects.get(item=found).present:
                    assert found.available and asked
                else:
                    assert not found.available
        transaction.set_rollback(True)
