"""The pool of ad slots: one borrower at a time, kept history, rest, supply, and whom an order is credited to."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from affiliate.networks.adapter import Capabilities
from affiliate.networks.errors import BadInput
from affiliate.networks.types import AffiliateLink
from affiliate.people.api import Author
from affiliate.tracking import api, links, slots
from affiliate.tracking.models import AdSlot, PlacementLink, SlotLoan

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop, monkeypatch):
    """A network that carries no sub-ID and knows the slots s1, s2, ….; `through` remembers which were used."""
    shop.capabilities = Capabilities(link=True, ad_slots=True)
    shop.through = ""

    def at_slot(text):
        if not text.startswith("s"):
            raise BadInput("No slot of ours.", network="shop", code="ad_slot")
        shop.through = text
        return shop

    def link(ref, sub_id, *, coupon=None):
        used, shop.through = shop.through, ""
        return AffiliateLink(ref, f"https://s.shop.example/{used}", None, ad_slot=used or "own")

    monkeypatch.setattr(shop, "at_slot", at_slot)
    monkeypatch.setattr(shop, "link", link)
    return shop


@pytest.fixture
def ling(db):
    return Author.objects.create(handle="ling", name="玲")


def slot_of(author, now=None):
    """The name of the slot that the author gets."""
    slot = slots.slot_for(author, "shop", now)
    return slot.slot if slot else ""


def pool(*names):
    return [AdSlot.objects.create(network="shop", slot=name) for name in names]


def test_an_author_gets_one_slot_and_keeps_it(shop, author, ling):
    pool("s1", "s2")
    assert [slot_of(author) for _ in range(2)] == ["s1", "s1"]
    assert slot_of(ling) == "s2"
    assert SlotLoan.objects.count() == 2


def test_the_database_lends_no_slot_twice_and_no_author_two(shop, author, ling):
    first, second = pool("s1", "s2")
    slots.slot_for(author, "shop")
    for slot, who in ((first, ling), (second, author)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SlotLoan.objects.create(slot=slot, network="shop", author=who, lent_at=timezone.now())


def test_an_empty_pool_lends_nothing_and_says_so(shop, author, ling, caplog):
    assert slot_of(author) == ""
    assert caplog.text == ""  # a site that does without a pool needs no warning
    pool("s1")
    slots.slot_for(author, "shop")
    assert slot_of(ling) == ""
    assert "No ad slot of shop is free" in caplog.text


def test_a_returned_slot_rests_before_it_is_lent_again(shop, author, ling):
    (slot,) = pool("s1")
    now = timezone.now()
    slots.slot_for(author, "shop", now)
    assert slots.take_back(slot, now + timedelta(hours=1))
    assert not slots.take_back(slot, now + timedelta(hours=2))
    assert slot_of(ling, now + timedelta(days=2)) == ""
    assert slot_of(ling, now + slots.REST + timedelta(hours=2)) == "s1"
    assert SlotLoan.objects.filter(slot=slot).count() == 2


def test_a_closed_slot_is_exchanged(shop, author):
    pool("s1", "s2")
    slots.slot_for(author, "shop")
    AdSlot.objects.filter(slot="s1").update(active=False)
    assert slot_of(author) == "s2"


def test_a_placements_link_goes_out_through_its_authors_slot(shop, place):
    pool("s1")
    placement = place(1)[0]
    assert links.fetch(placement.pk)
    link = PlacementLink.objects.get(placement=placement)
    assert (link.sub_id, link.ad_slot, link.url) == ("", "s1", "https://s.shop.example/s1")


def test_without_a_free_slot_the_accounts_own_stands_in_until_there_is_one(shop, place):
    placement = place(1)[0]
    assert links.fetch(placement.pk)
    assert PlacementLink.objects.get(placement=placement).ad_slot == "own"
    assert slots.add("shop", ["s1", " s1 ", "s2", ""]) == 2
    assert links.fetch(placement.pk)  # it is due again at once
    assert PlacementLink.objects.get(placement=placement).ad_slot == "s1"
    assert slots.add("shop", ["s1", "s2"]) == 0


def test_a_slot_that_is_not_the_accounts_is_not_taken_into_the_pool(shop):
    with pytest.raises(BadInput):
        slots.add("shop", ["s1", "x9"])
    assert AdSlot.objects.count() == 0


def test_taking_a_slot_back_fetches_its_authors_links_anew(shop, place, author):
    pool("s1", "s2")
    placement = place(1)[0]
    links.fetch(placement.pk)
    slots.take_back(AdSlot.objects.get(slot="s1"))
    assert links.fetch(placement.pk)
    assert PlacementLink.objects.get(placement=placement).ad_slot == "s2"


def test_an_order_belongs_to_who_had_the_slot_when_it_was_placed(shop, author, ling):
    (slot,) = pool("s1")
    now = timezone.now()
    slots.slot_for(author, "shop", now - timedelta(days=100))
    slots.take_back(slot, now - timedelta(days=60))
    slots.slot_for(ling, "shop", now - timedelta(days=10))
    days = {99: author, 61: author, 45: author, 9: ling, 0: ling}
    for ago, who in days.items():
        credit = api.credit_of("", "s1", "shop", at=now - timedelta(days=ago))
        assert (credit.author, credit.basis) == (who, "ad_slot"), ago
    assert api.credit_of("", "s1", "shop", at=now - timedelta(days=101)) is None
    assert api.credit_of("", "s1", "other", at=now) is None


def test_the_one_placement_of_a_borrower_is_named_and_one_of_many_is_not(shop, place, author):
    pool("s1")
    (only,) = place(1)
    links.fetch(only.pk)
    assert api.credit_of("", "s1", "shop").placement == only
    for placement in place(3):
        links.fetch(placement.pk)
    credit = api.credit_of("", "s1", "shop")
    assert (credit.placement, credit.author) == (None, author)


def test_an_adzone_alone_names_its_slot_and_an_ambiguous_one_none(shop, author):
    AdSlot.objects.create(network="shop", slot="s_1_2_77")
    slots.slot_for(author, "shop")
    assert api.credit_of("", "77", "shop").author == author
    AdSlot.objects.create(network="shop", slot="s_1_3_77")
    assert api.credit_of("", "77", "shop") is None


def test_the_operator_hears_in_time(shop, place, author, ling, caplog):
    pool(*(f"s{n}" for n in range(1, 6)))
    assert slots.supplies()[0].short is False
    for number in range(3):
        slots.slot_for(Author.objects.create(handle=f"a{number}", name="x"), "shop")
    (supply,) = slots.supplies()
    assert (supply.total, supply.lent, supply.free, supply.waiting) == (5, 3, 2, 0)
    assert api.running_out() == ["shop"]
    slots.warn_where_short()
    assert "2 of 5 free" in caplog.text


def test_authors_who_go_without_are_counted(shop, place):
    pool(*(f"s{n}" for n in range(1, 9)))
    place(2)
    (supply,) = slots.supplies()
    assert (supply.waiting, supply.short) == (1, True)


def test_the_command_shows_fills_and_empties_the_pool(shop, author, capsys):
    def run(*words):
        out = io.StringIO()
        call_command("ad_slots", "--network", "shop", "--json", *words, stdout=out)
        return json.loads(out.getvalue())

    assert run("--add", "s1", "s2")["added"] == 2
    slots.slot_for(author, "shop")
    assert run("--take-back", "s1")["taken_back"] is True
    assert run()["networks"][0]["lent"] == 0
    for words in (["--take-back", "s9"], ["--add", "x9"]):
        with pytest.raises(SystemExit):
            run(*words)
