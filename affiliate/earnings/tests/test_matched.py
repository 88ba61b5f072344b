"""Orders without a sub-ID, credited by a click shortly before them: half sure, once, and never against better."""

from __future__ import annotations

from datetime import timedelta

import pytest

from affiliate.earnings.ingest import ingest
from affiliate.earnings.lines import unattributed
from affiliate.earnings.models import Basis, Conversion
from affiliate.earnings.tests.conftest import T0, line_of, place
from affiliate.tracking.models import Click

pytestmark = pytest.mark.django_db


@pytest.fixture
def clicked(ann, bo):
    """An hour before the order a reader followed Ann's link to the pot; nobody followed Bo's."""
    pots = {"ann": place(ann, "annspotx"), "bo": place(bo, "bospotxx")}
    follow(pots["ann"])
    return pots


def follow(placement):
    at = T0 - timedelta(hours=1)
    return Click.objects.create(token=f"t{placement.code}", code=placement.code, at=at, kind="human", earns=True)


def test_an_order_without_a_sub_id_is_credited_to_whose_reader_followed_the_link(ann, clicked):
    ingest(line_of("pending", item_id="demo-1001"), "pull")
    made = Conversion.objects.get()
    assert (made.author, made.placement, made.basis, made.confidence_bp) == (ann, clicked["ann"], Basis.MATCH, 5_000)


def test_what_was_decided_stays_whatever_becomes_of_the_clicks(ann, bo, clicked):
    ingest(line_of("pending", item_id="demo-1001"), "pull")
    Click.objects.all().delete()
    follow(clicked["bo"])
    ingest(line_of("confirmed", after=1, item_id="demo-1001"), "pull")
    assert Conversion.objects.get().author == ann


def test_a_sub_id_that_comes_later_outranks_the_click(bo, clicked):
    ingest(line_of("pending", item_id="demo-1001"), "pull")
    ingest(line_of("confirmed", after=1, item_id="demo-1001", sub_id="bospotxx"), "pull")
    made = Conversion.objects.get()
    assert (made.author, made.basis) == (bo, Basis.PLACEMENT)


@pytest.mark.parametrize("changes", [{"sub_id": "somebodys"}, {"network": "direct", "merchant": "plot"}], ids=str)
def test_a_foreign_sub_id_and_a_direct_merchants_order_wait_in_the_queue(clicked, changes):
    ingest(line_of("pending", item_id="demo-1001", **changes), "pull")
    assert unattributed().count() == 1


def test_readers_of_two_authors_leave_the_order_in_the_queue(clicked):
    follow(clicked["bo"])
    ingest(line_of("pending", item_id="demo-1001"), "pull")
    assert unattributed().count() == 1
