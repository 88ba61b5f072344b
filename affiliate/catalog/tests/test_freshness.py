"""How long prices and coupons stay true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.catalog.api import Coupon, Item, Source, coupon_state, freshness
from affiliate.catalog.freshness import LIVES

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "age", "expected"),
    [
        ("api", timedelta(hours=24), "fresh"),
        ("api", timedelta(hours=25), "stale"),
        ("api", timedelta(days=14), "stale"),
        ("api", timedelta(days=15), "hidden"),
        ("hand", timedelta(days=2), "stale"),
        ("hand", timedelta(days=8), "hidden"),
        ("shared", timedelta(hours=7), "stale"),
        ("shared", timedelta(days=3), "hidden"),
        ("api", timedelta(hours=-1), "fresh"),
        ("", timedelta(0), "hidden"),
        ("nonsense", timedelta(0), "hidden"),
    ],
)
def test_a_price_ages_by_its_source(source, age, expected):
    assert freshness(Item(source=source, seen_at=NOW - age), NOW) == expected


def test_a_price_without_a_time_is_hidden():
    assert freshness(Item(source="api"), NOW) == "hidden"


def test_every_source_has_a_life():
    assert set(LIVES) == set(Source)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "live"),
        ({"starts_at": NOW + timedelta(minutes=1)}, "not_yet"),
        ({"starts_at": NOW, "ends_at": NOW + timedelta(hours=3)}, "live"),
        ({"ends_at": NOW + timedelta(hours=2)}, "soon"),
        ({"ends_at": NOW}, "over"),
        ({"ends_at": NOW - timedelta(days=1), "remaining": 0}, "over"),
        ({"remaining": 0}, "used_up"),
        ({"remaining": 1}, "live"),
    ],
)
def test_a_coupon_says_where_it_stands(fields, expected):
    assert coupon_state(Coupon(amount_minor=100, **fields), NOW) == expected
