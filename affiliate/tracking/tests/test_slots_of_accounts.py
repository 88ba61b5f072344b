"""Ad slots of several accounts: a link goes out through the account that its author's slot belongs to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from affiliate.catalog.api import Item
from affiliate.connections import accounts, roster
from affiliate.networks.errors import BadInput
from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.types import AffiliateLink
from affiliate.tracking import links, slots
from affiliate.tracking.api import BlockRef, sync_placements
from affiliate.tracking.models import AdSlot, PlacementLink, SlotLoan

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(monkeypatch, settings):
    """Two accounts at taobao, and whose key made which link."""
    settings.NETWORK_ENVIRONMENT = {}
    accounts.save_credentials("taobao", {"APP_KEY": "one", "APP_SECRET": "s", "PID": "mm_1_2_3"})
    roster.add("taobao", "second")
    accounts.save_credentials("taobao", {"APP_KEY": "two", "APP_SECRET": "s", "PID": "mm_9_2_3"}, account="second")
    made: list[tuple[str, str]] = []

    def link(self, ref, sub_id, *, coupon=None):
        made.append((self.config["APP_KEY"], self.config["PID"]))
        return AffiliateLink(ref, "https://s.click.taobao.com/x", None, ad_slot=self.config["PID"])

    monkeypatch.setattr(TaobaoAdapter, "link", link)
    return made


@pytest.fixture
def placement(author, page, db):
    item = Item.objects.create(network="taobao", item_id="abc-1", title="商品", url="https://item.taobao.com/?id=1")
    return sync_placements(page, author, [BlockRef("block-1", item.pk, "首选", 1)])[0]


def fetch(placement) -> PlacementLink:
    """Let a day go by, and fetch the link where that is due."""
    PlacementLink.objects.update(next_try_at=F("next_try_at") - timedelta(days=1))
    links.fetch(placement.pk)
    return PlacementLink.objects.get()


def test_a_slot_is_known_to_be_its_accounts_and_nobody_elses_is_taken(two):
    assert slots.add("taobao", ["mm_1_2_4", "mm_9_2_4"]) == 2
    assert dict(AdSlot.objects.values_list("slot", "account")) == {"mm_1_2_4": "default", "mm_9_2_4": "second"}
    with pytest.raises(BadInput, match="another account"):
        slots.add("taobao", ["mm_7_2_4"])


def test_a_link_through_a_slot_is_made_with_the_slots_account(two, placement):
    slots.add("taobao", ["mm_9_2_4"])
    assert fetch(placement).ad_slot == "mm_9_2_4"
    assert two == [("two", "mm_9_2_4")]


def test_without_a_slot_the_default_account_makes_it_and_another_default_makes_it_anew(
    two, placement, django_capture_on_commit_callbacks
):
    fetch(placement)
    PlacementLink.objects.update(next_try_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        roster.make_default("taobao", "second")
    assert PlacementLink.objects.get().state == "ready", "it holds meanwhile"
    fetch(placement)
    assert two == [("one", "mm_1_2_3"), ("two", "mm_9_2_3")]


def test_the_slot_of_a_removed_account_is_given_back_and_lent_to_nobody(
    two, placement, author, django_capture_on_commit_callbacks
):
    slots.add("taobao", ["mm_9_2_4", "mm_1_2_4"])
    assert fetch(placement).ad_slot == "mm_9_2_4"
    with django_capture_on_commit_callbacks(execute=True):
        roster.remove("taobao", "second")
    assert fetch(placement).ad_slot == "mm_1_2_4"
    assert SlotLoan.objects.get(slot__slot="mm_9_2_4").returned_at is not None
    assert slots.slot_for(author, "taobao").account == "default"
