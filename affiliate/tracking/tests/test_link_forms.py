"""The forms of a link: kept whole or not at all, and made anew with the item's next coupon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.catalog.api import Coupon
from affiliate.networks.errors import Unavailable
from affiliate.networks.types import AffiliateLink, ItemRef
from affiliate.tracking import jobs, links
from affiliate.tracking.models import ExitTarget, PlacementLink

pytestmark = pytest.mark.django_db
REF = ItemRef("shop", "0")
FORMS = {
    "short_url": "https://s.shop.example/a",
    "deeplink": "ShopApp://item/0",
    "token_text": "8￥abc￥",
    "mini_program": "wx12345678:pages/item?id=0",
}


@pytest.fixture
def placement(place):
    return place(1)[0]


def answer(**forms):
    return AffiliateLink(ref=REF, url="https://s.shop.example/long", sub_id="x", **forms)


def link_of(placement):
    return PlacementLink.objects.get(placement=placement)


def coupon(placement, **fields):
    Coupon.objects.filter(item=placement.item).update(current=False)
    return Coupon.objects.create(item=placement.item, amount_minor=1000, seen_at=timezone.now(), **fields)


def an_hour_passes():
    PlacementLink.objects.update(fetched_at=timezone.now() - links.STAYS)


def test_every_form_is_kept_as_the_network_gave_it(shop, placement):
    shop.answer = answer(**FORMS)
    assert links.fetch(placement.pk)
    link = link_of(placement)
    assert {name: getattr(link, name) for name in FORMS} == FORMS
    assert ExitTarget.objects.get(code=placement.code).app_link


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_too_long_is_left_out_and_not_cut(shop, placement, name):
    shop.answer = answer(**{**FORMS, name: FORMS[name] + "a" * 2000})
    assert links.fetch(placement.pk)
    assert getattr(link_of(placement), name) == ""


def test_a_short_link_to_a_foreign_host_is_left_out(shop, placement):
    shop.answer = answer(short_url="https://evil.example/a")
    assert links.fetch(placement.pk)
    assert link_of(placement).short_url == ""


@pytest.mark.parametrize("deeplink", ["", "javascript://x", "https://evil.example/", "other://item/0"])
def test_without_an_app_link_of_its_own_app_the_exit_knows_of_none(shop, placement, deeplink):
    shop.answer = answer(deeplink=deeplink)
    assert links.fetch(placement.pk)
    assert not ExitTarget.objects.get(code=placement.code).app_link


def test_a_link_is_made_anew_when_the_coupon_inside_it_ends(shop, placement):
    ends = timezone.now() + timedelta(days=2)
    coupon(placement, ends_at=ends)
    shop.answer = answer(expires_at=timezone.now() + timedelta(days=30))
    links.fetch(placement.pk)
    assert link_of(placement).next_try_at == ends


def test_another_coupon_has_the_link_made_anew_once(shop, placement):
    links.fetch(placement.pk)
    an_hour_passes()
    assert jobs.fetch_waiting_links() == 0
    new = coupon(placement, url="https://shop.example/coupon")
    assert jobs.fetch_waiting_links() == 1
    assert link_of(placement).coupon_id == new.pk
    an_hour_passes()
    assert jobs.fetch_waiting_links() == 0
    assert len(shop.asked) == 2


def test_a_coupon_that_differs_at_every_reading_costs_one_call_an_hour(shop, placement):
    links.fetch(placement.pk)
    coupon(placement)
    assert jobs.fetch_waiting_links() == 0
    an_hour_passes()
    assert jobs.fetch_waiting_links() == 1


def test_a_coupon_that_is_over_changes_no_link(shop, placement):
    links.fetch(placement.pk)
    an_hour_passes()
    coupon(placement, ends_at=timezone.now() - timedelta(minutes=1))
    assert jobs.fetch_waiting_links() == 0


def test_a_link_that_failed_keeps_its_pause_whatever_the_coupon(shop, placement):
    links.fetch(placement.pk)
    an_hour_passes()
    coupon(placement)
    shop.answer = Unavailable("down")
    assert jobs.fetch_waiting_links() == 0
    pause = link_of(placement).next_try_at
    assert pause > timezone.now()
    assert jobs.fetch_waiting_links() == 0
    assert link_of(placement).next_try_at == pause
    assert len(shop.asked) == 2
