"""Money is exact, and the order in which reports arrive does not matter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from affiliate.earnings import ledger
from affiliate.earnings.audit import audit
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import LedgerEntry, NetworkEvent, Order, SplitPlan
from affiliate.earnings.posting import entries_of, held_by, movements
from affiliate.earnings.split import shares_of
from affiliate.earnings.targets import STAGES, Holding
from affiliate.earnings.tests.conftest import T0, line_of

pytestmark = pytest.mark.django_db
STATES = ("pending", "confirmed", "settled", "invalid")


@given(
    commission=st.integers(0, 10**12),
    site=st.integers(0, 1000),
    author=st.integers(1, 1000),
    agency=st.integers(0, 1000),
    has_agency=st.booleans(),
    is_house=st.booleans(),
)
def test_shares_add_up_to_the_last_fen(commission, site, author, agency, has_agency, is_house):
    plan = SplitPlan(site_parts=site, author_parts=author, agency_parts=min(agency, author))
    shares = shares_of(commission, plan, has_agency=has_agency, is_house=is_house)
    assert shares.author + shares.agency + shares.site == commission
    assert min(shares.author, shares.agency, shares.site) >= 0
    if not is_house:
        assert 0 <= commission * author - (shares.author + shares.agency) * (site + author) < 2 * (site + author)


def test_the_default_is_thirty_parts_to_sixty():
    shares = shares_of(1000, SplitPlan(site_parts=30, author_parts=60))
    assert (shares.author, shares.site) == (666, 334)


holdings = st.dictionaries(
    st.builds(
        Holding,
        st.sampled_from(["author", "agency", "site"]),
        st.integers(0, 2),
        st.sampled_from(STAGES),
        st.just("CNY"),
    ),
    st.integers(-50, 50).filter(bool),
    max_size=6,
)


@given(now=holdings, target=holdings)
def test_movements_lead_exactly_to_the_target(now, target):
    held = dict(now)
    for movement in movements(now, target):
        assert movement.minor > 0
        assert movement.source != movement.goal
        if movement.source:
            held[movement.source] = held.get(movement.source, 0) - movement.minor
        if movement.goal:
            held[movement.goal] = held.get(movement.goal, 0) + movement.minor
    assert {holding: minor for holding, minor in held.items() if minor} == target


@st.composite
def reports(draw):
    """Reports about one line, some at the same instant, some undated, some in a state nobody knows."""
    state = draw(st.sampled_from(STATES))
    return line_of(
        state,
        after=draw(st.sampled_from([0, 1, 1, 2, None])),
        sub_id=draw(st.sampled_from(["annscode", "boscode", "nobodys", ""])),
        estimated_commission_minor=draw(st.sampled_from([0, 700, 1000, 20_000])),
        settled_commission_minor=draw(st.sampled_from([None, 900])) if state == "settled" else None,
        placed_at=T0 + timedelta(days=draw(st.sampled_from([0, 30]))),
        unknown_state=draw(st.integers(0, 9)) == 0,
        doubt=draw(st.sampled_from(["", "", "", "", "contradiction", "amount"])),
    )


def outcome(lines):
    """Where the book and the line end after these reports; leaves nothing behind."""
    with transaction.atomic():
        for line in lines:
            ingest(line, "pull")
        order = Order.objects.get()
        end = (held_by(entries_of(order)), order.state, order.held_reason, order.sub_id, order.placed_at)
        assert ledger.imbalance_minor() == 0
        wrong = [check for check in audit() if not check.ok]
        assert not wrong
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.exists() and not NetworkEvent.objects.exists()
    return end


@settings(max_examples=40)
@given(data=st.data(), lines=st.lists(reports(), min_size=1, max_size=5))
def test_any_order_and_any_number_of_the_same_reports_end_alike(credited, data, lines):
    SplitPlan.objects.get_or_create(
        version=2, defaults={"valid_from": T0 + timedelta(days=20), "site_parts": 1, "author_parts": 1}
    )
    shuffled = data.draw(st.permutations(lines + data.draw(st.lists(st.sampled_from(lines), max_size=3))))
    assert outcome(lines) == outcome(shuffled)
