"""Shops that are away: readers are told, and choose for themselves where else to go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from affiliate.catalog.api import Item, Product, Source
from affiliate.catalog.record import take_down
from affiliate.connections.api import switch
from affiliate.people.api import User
from affiliate.tracking import targets
from affiliate.tracking.exit import targets as exit_targets
from affiliate.tracking.exit.handover import ENVIRON_KEY, Handover, Reason
from affiliate.tracking.models import Click, ExitTarget, ExitVersion, Placement
from affiliate.tracking.placements import BlockRef, sync_placements
from affiliate.tracking.tests.test_exit import Reader, target
from affiliate.tracking.views import go

file_of_its_own = pytest.mark.django_db(transaction=True, available_apps=["affiliate.tracking"])


@pytest.fixture
def off():
    return set()


@pytest.fixture
def reader(off, monkeypatch):
    monkeypatch.setattr(exit_targets, "POLL_SECONDS", 0.0)
    reader = Reader(stopped=lambda: off)
    yield reader
    reader.close()


@file_of_its_own
def test_a_running_exit_leads_to_no_shop_that_was_switched_off_and_to_it_again_when_it_is_on(reader, off):
    target("abcd2345")
    assert reader.get("/go/abcd2345")[0] == "302"
    off.add("shop")
    targets.announce()
    for query in ("", "open=1"):
        assert reader.get("/go/abcd2345", query=query)[0] == "200"
        assert reader.handovers.pop().reason == Reason.AWAY
    assert Click.objects.count() == 3, "the visit is stored all the same"
    off.clear()
    targets.announce()
    assert reader.get("/go/abcd2345")[0] == "302"


@file_of_its_own
def test_whoever_was_not_led_to_a_shop_that_is_off_earns_nothing_there(reader, off):
    target("abcd2345", earns=True)
    off.add("shop")
    targets.announce()
    reader.get("/go/abcd2345")
    assert not Click.objects.get().earns, "else an order of somebody else's would be credited by this click"


@file_of_its_own
def test_an_item_that_was_taken_down_is_told_of_and_may_be_looked_at_all_the_same(reader):
    target("abcd2345", gone=True)
    assert reader.get("/go/abcd2345")[0] == "200"
    assert reader.handovers.pop().reason == Reason.AWAY
    assert reader.get("/go/abcd2345", query="open=1")[0] == "302"


@pytest.fixture
def block(shop, author, items, page):
    """One block of the page that offers the same in three shops: the dearest, which the writer chose, stands first."""
    home = Product.objects.create(title="x")
    for item, minor in zip(items[:3], (15900, 12900, 13900), strict=True):
        item.product, item.final_price_minor = home, minor
        item.source, item.seen_at = Source.API, timezone.now()
        item.save()
    return sync_placements(page, author, [BlockRef("block", item.pk, "", 1) for item in items[:3]])


def page_of(placement):
    request = RequestFactory().get(f"/go/{placement.code}")
    request.META[ENVIRON_KEY] = Handover(Reason.AWAY, placement.code)
    request.user = User()
    return go(request, placement.code).content.decode()


@pytest.mark.django_db
def test_the_other_shops_of_the_block_are_offered_best_first_by_placements_of_the_same_author(block):
    written, cheap, middle = block
    html = page_of(written)
    assert html.index(f"/go/{cheap.code}?s=away") < html.index(f"/go/{middle.code}?s=away")
    assert "广告" in html and "http-equiv" not in html, "labelled, and nobody is sent on by force"
    assert f"/go/{written.code}?open=1" in html and written.page_url in html


@pytest.mark.django_db
def test_a_dead_an_old_and_somebody_elses_offer_is_not_among_them_or_comes_last(block, author, page):
    written, cheap, middle = block
    Item.objects.filter(pk=cheap.item_id).update(seen_at=timezone.now() - timedelta(days=3))
    html = page_of(written)
    assert html.index(middle.code) < html.index(cheap.code)
    Item.objects.filter(pk=cheap.item_id).update(available=False)
    assert cheap.code not in page_of(written)
    Placement.objects.filter(pk=middle.pk).update(retired_at=timezone.now())
    html = page_of(written)
    assert middle.code not in html and written.page_url in html


@pytest.mark.django_db
def test_a_network_that_is_off_is_neither_offered_nor_opened(block):
    written, cheap, _middle = block
    Item.objects.filter(pk__in=[written.item_id, cheap.item_id]).update(network="jd")
    switch("jd", False)
    html = page_of(written)
    assert "open=1" not in html and cheap.code not in html


@pytest.mark.django_db
def test_what_stands_alone_says_so_and_leads_back_to_the_post(place):
    placement = place(1)[0]
    html = page_of(placement)
    assert "?s=away" not in html and placement.page_url in html


@pytest.mark.django_db
def test_the_exit_follows_an_item_that_its_shop_takes_down(place, items, django_capture_on_commit_callbacks):
    placement = place(1)[0]
    before = ExitTarget.objects.get(code=placement.code)
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        take_down(items[0])
    after = ExitTarget.objects.get(code=placement.code)
    assert after.gone and after.version > before.version


@pytest.mark.django_db
def test_running_exits_are_told_of_a_switch_with_it_and_not_of_a_networks_health(settings):
    def version():
        return ExitVersion.objects.values_list("version", flat=True).first() or 0

    first = version()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        switch("jd", False)
        assert version() == first + 1
        raise ZeroDivisionError
    assert version() == first, "both or neither"
    from affiliate.connections.states import set_calls_a_day

    switch("jd", False)
    set_calls_a_day("jd", 500)
    assert version() == first + 1
