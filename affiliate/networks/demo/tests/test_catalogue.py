"""The goods: complete, believable, and with coupons that live and end."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.demo.shop.catalogue import HOUR, PICTURES, Product, find, products

GOODS = list(products().values())
OPENED = 1_790_000_000.0


def test_there_are_sixty_articles_in_six_channels() -> None:
    assert Counter(product.channel for product in GOODS) == Counter(
        dict.fromkeys(("digital", "home-appliances", "beauty", "food", "home", "outdoor"), 10)
    )


@pytest.mark.parametrize("product", GOODS, ids=lambda product: product.id)
def test_an_article_is_complete(product: Product) -> None:
    assert product.title.startswith(product.brand) and product.shop and product.specs
    assert (PICTURES / f"{product.id}.webp").stat().st_size > 1_000
    assert 200 <= product.commission_rate_bp <= 1_200
    assert 0 <= product.coupon_amount_minor < product.price_minor
    assert product.coupon_threshold_minor <= product.price_minor


def test_some_coupons_live_some_end_soon_some_are_over_and_some_goods_are_sold_out() -> None:
    hours = [product.coupon_hours for product in GOODS if product.coupon_amount_minor]
    assert sum(value > 24 for value in hours) >= 20
    assert sum(0 < value <= 10 for value in hours) >= 6
    assert sum(value < 0 for value in hours) >= 4
    assert 3 <= sum(not product.in_stock for product in GOODS) <= 10


@given(
    product=st.sampled_from(GOODS),
    quantity=st.integers(1, 5),
    after=st.floats(0, 400 * 24 * HOUR, allow_nan=False),
)
def test_an_amount_is_never_above_the_price_nor_a_commission_above_its_rate(
    product: Product, quantity: int, after: float
) -> None:
    amount = product.amount_minor(quantity, OPENED, OPENED + after)
    full = product.price_minor * quantity
    assert full - product.coupon_amount_minor <= amount <= full and amount > 0
    assert 0 <= product.commission_minor(amount) * 10_000 <= amount * product.commission_rate_bp
    coupon = product.coupon(OPENED, OPENED + after)
    if amount < full:
        assert coupon is not None and coupon.live(OPENED + after)


def test_a_short_coupon_ends_for_good_and_a_long_one_comes_again() -> None:
    short = next(product for product in GOODS if 0 < product.coupon_hours < 48)
    long = next(product for product in GOODS if product.coupon_hours >= 48)
    year = OPENED + 365 * 24 * HOUR
    for product, lives in ((short, False), (long, True)):
        coupon, first = product.coupon(OPENED, year), product.coupon(OPENED, OPENED)
        assert coupon is not None and first is not None
        assert first.live(OPENED) and coupon.live(year) is lives


def test_a_search_wants_every_word() -> None:
    assert [product.id for product in find("格物仓 充电头")] == ["demo-1003"]
    assert find("充电头 咖啡机") == []
    assert len(find("")) == 60
