"""What writers type by hand."""

from __future__ import annotations

import pytest

from affiliate.catalog.api import Coupon, Item, PriceObservation, record_snapshot, save_by_hand
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks.errors import BadInput

pytestmark = pytest.mark.django_db


def empty() -> Item:
    return Item.objects.create(network="fake", item_id="1")


def test_an_empty_item_is_filled_with_source_and_time():
    item = save_by_hand(
        empty(),
        title=" 全麦面包 ",
        price_minor=3900,
        coupon_amount_minor=500,
        shop="农场",
        image_url="https://a.test/1.jpg",
    )
    assert (item.title, item.shop, item.image_url) == ("全麦面包", "农场", "https://a.test/1.jpg")
    assert (item.price_minor, item.final_price_minor, item.source) == (3900, 3400, "hand")
    assert item.seen_at is not None
    assert Coupon.objects.get(item=item, current=True).amount_minor == 500
    assert PriceObservation.objects.get(item=item).source == "hand"


def test_a_fresh_price_of_the_network_stays_and_so_do_its_words():
    item = record_snapshot(snapshot())
    item = save_by_hand(item, title="我的标题", price_minor=1)
    assert (item.title, item.final_price_minor, item.source) == ("降噪耳机", 15900, "api")


def test_the_network_takes_over_when_it_answers():
    save_by_hand(empty(), title="手写", price_minor=3900)
    item = record_snapshot(snapshot())
    assert (item.title, item.final_price_minor, item.source) == ("降噪耳机", 15900, "api")


@pytest.mark.parametrize(
    "values",
    [
        {"price_minor": 0},
        {"price_minor": -1},
        {"final_price_minor": 10**15},
        {"price_minor": 100, "final_price_minor": 200},
        {"price_minor": 100, "coupon_amount_minor": 100},
        {"image_url": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_right_is_refused_and_changes_nothing(values):
    item = empty()
    with pytest.raises(BadInput):
        save_by_hand(item, title="neu", **values)
    assert Item.objects.get().title == ""


def test_typing_the_same_again_changes_no_history():
    item = save_by_hand(empty(), price_minor=3900, coupon_amount_minor=500)
    save_by_hand(item, price_minor=3900, coupon_amount_minor=500)
    assert (Coupon.objects.count(), PriceObservation.objects.count()) == (1, 1)
