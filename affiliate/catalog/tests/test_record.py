"""Recording what was seen: idempotent, never worse than what was known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affiliate.catalog.api import Coupon, Item, PriceObservation, items_with_coupons, price_history, record_snapshot
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks import types
from affiliate.networks.errors import BadInput
from affiliate.networks.types import ItemRef

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_the_same_snapshot_twice_changes_nothing():
    one = snapshot(seen_at=NOW)
    first = record_snapshot(one)
    second = record_snapshot(one)
    assert first.pk == second.pk
    assert (Item.objects.count(), Coupon.objects.count(), PriceObservation.objects.count()) == (1, 1, 1)
    assert second.complete and second.final_price_minor == 15900


def test_a_snapshot_that_names_no_item_is_refused():
    with pytest.raises(BadInput):
        record_snapshot(snapshot(ref=ItemRef("fake", "")))


@pytest.mark.parametrize("price", [None, 0, -5, 10**15])
def test_a_price_that_cannot_be_believed_keeps_the_last_one_with_its_time(price):
    record_snapshot(snapshot(seen_at=NOW))
    later = record_snapshot(
        snapshot(seen_at=NOW + timedelta(hours=1), price_minor=price, final_price_minor=None, title="新标题")
    )
    assert (later.price_minor, later.final_price_minor, later.seen_at) == (19900, 15900, NOW)
    assert later.title == "新标题"
    assert items_with_coupons([later.pk])[later.pk].current_coupons


def test_a_price_after_the_coupon_above_the_price_is_not_believed():
    item = record_snapshot(snapshot(price_minor=100, final_price_minor=200))
    assert (item.price_minor, item.final_price_minor) == (100, 100)


def test_what_arrives_late_does_not_replace_what_is_newer():
    record_snapshot(snapshot(seen_at=NOW, price_minor=100, final_price_minor=90))
    item = record_snapshot(snapshot(seen_at=NOW - timedelta(hours=1), price_minor=500, final_price_minor=500))
    assert item.final_price_minor == 90


def test_a_shared_text_replaces_no_fresh_price_of_the_network_but_a_stale_one_of_its_own_kind():
    record_snapshot(snapshot(seen_at=NOW))
    shared = snapshot(seen_at=NOW + timedelta(hours=1), source="shared", price_minor=1, final_price_minor=1, title="乱")
    item = record_snapshot(shared)
    assert (item.final_price_minor, item.source, item.title) == (15900, "api", "降噪耳机")


def test_the_network_replaces_what_a_text_said():
    item = record_snapshot(snapshot(seen_at=NOW, source="shared", price_minor=1, final_price_minor=1, coupon=None))
    assert not item.complete and not PriceObservation.objects.exists()
    item = record_snapshot(snapshot(seen_at=NOW - timedelta(seconds=5)))
    assert item.complete and (item.final_price_minor, item.source) == (15900, "api")


def test_an_observation_is_made_on_change_or_once_a_day():
    for hours, final in [(0, 100), (1, 100), (5, 90), (6, 90), (29, 90), (31, 90)]:
        record_snapshot(snapshot(seen_at=NOW + timedelta(hours=hours), price_minor=100, final_price_minor=final))
    seen = [(o.seen_at - NOW, o.final_price_minor) for o in PriceObservation.objects.order_by("seen_at")]
    assert seen == [(timedelta(0), 100), (timedelta(hours=5), 90), (timedelta(hours=29), 90)]


def test_a_new_coupon_makes_the_old_one_history_and_the_same_one_only_counts_down():
    ends = NOW + timedelta(days=3)
    item = record_snapshot(snapshot(seen_at=NOW, coupon=types.Coupon(4000, 19900, ends_at=ends, remaining=50)))
    record_snapshot(
        snapshot(seen_at=NOW + timedelta(hours=1), coupon=types.Coupon(4000, 19900, ends_at=ends, remaining=7))
    )
    assert [c.remaining for c in Coupon.objects.filter(item=item)] == [7]
    record_snapshot(snapshot(seen_at=NOW + timedelta(hours=2), coupon=types.Coupon(2000, 9900)))
    assert [c.amount_minor for c in Coupon.objects.filter(item=item, current=True)] == [2000]
    assert Coupon.objects.filter(item=item).count() == 2
    record_snapshot(snapshot(seen_at=NOW + timedelta(hours=3), coupon=None))
    assert not Coupon.objects.filter(item=item, current=True).exists()


def test_hostile_words_and_addresses_are_cleaned():
    item = record_snapshot(
        snapshot(
            title="<script>x</script>耳机\x00" + "长" * 900, shop="店" * 500, image_url="javascript:alert(1)", url="x"
        )
    )
    assert item.title.startswith("耳机") and len(item.title) <= 300
    assert len(item.shop) <= 100 and item.image_url == ""


def test_items_come_with_coupons_in_two_queries_however_many(django_assert_num_queries):
    ids = [record_snapshot(snapshot(str(n), ref=ItemRef("fake", str(n)))).pk for n in range(12)]
    with django_assert_num_queries(2):
        found = items_with_coupons(ids)
        assert all(len(item.current_coupons) == 1 for item in found.values())


def test_history_begins_with_what_held_when_it_began():
    item = record_snapshot(snapshot())
    PriceObservation.objects.all().delete()
    now = datetime.now(UTC)
    for days in (90, 40, 10):
        PriceObservation.objects.create(
            item=item, seen_at=now - timedelta(days=days), price_minor=days, final_price_minor=days, source="api"
        )
    assert [o.price_minor for o in price_history(item.pk, 30)] == [40, 10]
    assert [o.price_minor for o in price_history(item.pk, 365)] == [90, 40, 10]


@settings(max_examples=40)
@given(
    order=st.permutations([0, 1, 2, 3]),
    again=st.lists(st.integers(min_value=0, max_value=3), max_size=4),
)
def test_in_any_order_and_however_often_the_newest_snapshot_stands(db, order, again):
    Item.objects.filter(network="fake").delete()
    shots = [
        snapshot(seen_at=NOW + timedelta(hours=n), price_minor=1000 + n, final_price_minor=1000 + n, coupon=None)
        for n in range(4)
    ]
    for n in [*order, *again]:
        item = record_snapshot(shots[n])
    assert (item.final_price_minor, item.seen_at) == (1003, NOW + timedelta(hours=3))
