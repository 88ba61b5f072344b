"""Affiliate links: fetched, tried again with patience, renewed, never trusted further than their host."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.networks.errors import NotPromotable, Off, Unavailable, Wait
from affiliate.networks.types import AffiliateLink, ItemRef
from affiliate.tracking import jobs, links
from affiliate.tracking.models import ExitTarget, LinkState, PlacementLink

pytestmark = pytest.mark.django_db

REF = ItemRef("shop", "0")


@pytest.fixture
def placement(place):
    return place(1)[0]


def make_due(placement, **fields):
    PlacementLink.objects.filter(placement=placement).update(
        next_try_at=timezone.now() - timedelta(seconds=1), **fields
    )


def test_the_link_carries_the_code_and_the_exit_learns_it(shop, placement):
    before = ExitTarget.objects.get(code=placement.code).version
    assert links.fetch(placement.pk)
    assert shop.asked == [(ItemRef("shop", "0", url="https://shop.example/item/0"), placement.code)]
    target = ExitTarget.objects.get(code=placement.code)
    assert target.url == f"https://s.shop.example/{placement.code}?t={{token}}"
    assert target.earns
    assert target.version > before
    link = PlacementLink.objects.get(placement=placement)
    assert (link.state, link.sub_id, link.next_try_at) == (LinkState.READY, placement.code, None)


def test_fetching_twice_asks_once(shop, placement):
    links.fetch(placement.pk)
    assert not links.fetch(placement.pk)
    assert len(shop.asked) == 1


def test_a_failing_network_is_tried_again_later_each_time(shop, placement):
    shop.answer = Unavailable("down")
    pauses = []
    for _ in range(4):
        make_due(placement)
        assert not links.fetch(placement.pk)
        link = PlacementLink.objects.get(placement=placement)
        pauses.append(link.next_try_at - timezone.now())
    assert link.attempts == 4
    assert link.state == LinkState.WAITING
    assert link.problem == "down"
    assert pauses == sorted(pauses)
    assert pauses[-1] > timedelta(minutes=3)
    assert ExitTarget.objects.get(code=placement.code).earns is False
    shop.answer = None
    make_due(placement)
    assert links.fetch(placement.pk)
    link.refresh_from_db()
    assert (link.attempts, link.problem) == (0, "")


def test_the_networks_own_time_is_respected(shop, placement):
    at = timezone.now() + timedelta(hours=2)
    shop.answer = Wait("slowly", retry_at=at)
    links.fetch(placement.pk)
    assert PlacementLink.objects.get(placement=placement).next_try_at == at


@pytest.mark.parametrize(("error", "state"), [(NotPromotable("no"), "failed"), (Off("off"), "waiting")])
def test_what_will_not_get_better_by_itself_is_told_apart(shop, placement, error, state):
    shop.answer = error
    links.fetch(placement.pk)
    assert PlacementLink.objects.get(placement=placement).state == state


def test_a_link_to_a_foreign_host_is_not_used(shop, placement):
    shop.answer = AffiliateLink(ref=REF, url="https://evil.example/", sub_id=placement.code)
    assert not links.fetch(placement.pk)
    assert ExitTarget.objects.get(code=placement.code).url == "https://shop.example/item/0"
    assert "host" in PlacementLink.objects.get(placement=placement).problem


def test_a_link_is_renewed_before_it_ends_and_stays_in_use_while_that_fails(shop, placement):
    ends = timezone.now() + timedelta(days=30)
    shop.answer = AffiliateLink(ref=REF, url="https://s.shop.example/a", sub_id="x", expires_at=ends)
    links.fetch(placement.pk)
    link = PlacementLink.objects.get(placement=placement)
    assert link.next_try_at == ends - timedelta(days=1)
    shop.answer = Unavailable("down")
    make_due(placement)
    assert jobs.fetch_waiting_links() == 0
    link.refresh_from_db()
    assert link.state == LinkState.READY
    assert ExitTarget.objects.get(code=placement.code).earns


def test_a_link_that_has_ended_gives_way_to_the_plain_item(shop, placement):
    ends = timezone.now() + timedelta(days=30)
    shop.answer = AffiliateLink(ref=REF, url="https://s.shop.example/a", sub_id="x", expires_at=ends)
    links.fetch(placement.pk)
    shop.answer = Unavailable("down")
    make_due(placement, expires_at=timezone.now() - timedelta(minutes=1))
    links.fetch(placement.pk)
    target = ExitTarget.objects.get(code=placement.code)
    assert (target.url, target.earns) == ("https://shop.example/item/0", False)


def test_one_failure_does_not_stop_the_others(shop, place):
    placements = place(3)
    answers = iter([Unavailable("down"), None, None])
    real = type(shop).link

    def link(ref, sub_id, *, coupon=None):
        shop.answer = next(answers)
        return real(shop, ref, sub_id, coupon=coupon)

    shop.link = link
    assert links.fetch_due([p.pk for p in placements]) == 2


def test_a_network_without_sub_ids_is_asked_without_one(shop, placement):
    shop.capabilities = type(shop.capabilities)(link=True)
    links.fetch(placement.pk)
    assert shop.asked[0][1] is None


def test_where_a_shop_has_moved_its_links_are_fetched_anew_and_the_goods_stay_reachable(shop, placement):
    links.fetch(placement.pk)
    shop.exit_hosts = ("moved.example",)
    shop.item_url = lambda ref: f"https://moved.example/item/{ref.item_id}"
    links.fetch_anew("shop")
    target = ExitTarget.objects.get(code=placement.code)
    assert (target.url, target.earns) == ("https://moved.example/item/0", False)
    shop.answer = AffiliateLink(ref=REF, url="https://moved.example/s?t={token}", sub_id=placement.code)
    assert links.fetch(placement.pk)
    assert ExitTarget.objects.get(code=placement.code).earns
