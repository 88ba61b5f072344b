"""Order, confirm, refund, settle, pay: each story asserts every account after every step."""

from __future__ import annotations

import pytest

from affiliate.earnings import ledger
from affiliate.earnings.audit import audit
from affiliate.earnings.ingest import ingest
from affiliate.earnings.lines import unattributed
from affiliate.earnings.models import (
    AccountKind,
    HeldReason,
    LedgerAccount,
    LedgerEntry,
    NetworkEvent,
    Order,
    SplitPlan,
)
from affiliate.earnings.settling import settle
from affiliate.earnings.tests.conftest import T0, line_of

pytestmark = pytest.mark.django_db


def book() -> dict[str, int]:
    """Every account that holds something, by `kind:owner`."""
    held = ledger.balances_by_account(ledger.Q())
    assert ledger.imbalance_minor() == 0
    return {account.key.rsplit(":", 1)[0]: minor for account, minor in held.items() if minor}


def test_an_order_walks_from_pending_to_payable(ann, credited):
    me = ann.pk
    assert ingest(line_of("pending", sub_id="annscode"), "pull") == "created"
    assert book() == {"network:demo": 1000, f"author_pending:{me}": 666, "site_pending:house": 334}

    assert ingest(line_of("confirmed", after=1, sub_id="annscode"), "pull") == "updated"
    assert book() == {"network:demo": 1000, f"author_confirmed:{me}": 666, "site_confirmed:house": 334}

    assert ingest(line_of("settled", after=2, sub_id="annscode"), "pull") == "updated"
    assert book() == {"network:demo": 900, f"author_confirmed:{me}": 600, "site_confirmed:house": 300}

    assert settle().lines == 1
    assert book() == {"network:demo": 900, f"author_payable:{me}": 600, "site:house": 300}
    assert settle().lines == 0
    assert all(check.ok for check in audit())


def test_a_refund_reverses_and_points_back_at_what_it_takes_back(ann, credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    ingest(line_of("invalid", after=5, sub_id="annscode"), "push")
    assert book() == {}
    reversal = LedgerEntry.objects.get(note="reversal", debit__author=ann)
    assert reversal.reverses.credit.author == ann
    assert LedgerEntry.objects.count() == 4


def test_a_refund_after_payment_is_carried_forward_as_a_negative(ann, credited):
    ingest(line_of("settled", sub_id="annscode"), "pull")
    settle()
    payable = LedgerAccount.objects.get(kind=AccountKind.AUTHOR_PAYABLE)
    paid = ledger.account(AccountKind.AUTHOR_PAID, "CNY", author_id=ann.pk)
    ledger.post(payable, paid, 600, key="payout:1")
    ingest(line_of("invalid", after=9, sub_id="annscode"), "pull")
    held = ledger.balances(ann)
    assert held[AccountKind.AUTHOR_PAYABLE] == -600
    assert held[AccountKind.AUTHOR_PAID] == 600

    ingest(line_of("settled", line_id="o2_1", sub_id="annscode"), "pull")
    settle()
    assert ledger.balances(ann)[AccountKind.AUTHOR_PAYABLE] == 0
    assert all(check.ok for check in audit())


@pytest.mark.parametrize("turned", [False, True])
def test_a_sub_id_that_turns_out_not_to_be_ours_credits_nobody_in_whatever_order_it_is_told(ann, credited, turned):
    reports = [line_of("confirmed", sub_id="annscode"), line_of("confirmed", after=1, sub_id="another1")]
    for report in reversed(reports) if turned else reports:
        ingest(report, "pull")
    assert book() == {}
    assert list(unattributed()) == [Order.objects.get()]


def test_an_agency_takes_its_parts_out_of_the_authors_side(bo, credited):
    SplitPlan.objects.create(version=2, valid_from=T0, site_parts=30, author_parts=60, agency_parts=20)
    ingest(line_of("pending", sub_id="boscode"), "pull")
    assert book() == {
        "network:demo": 1000,
        f"author_pending:{bo.pk}": 444,
        f"agency_pending:{bo.agency_id}": 222,
        "site_pending:house": 334,
    }


def test_the_plan_is_that_of_the_day_the_order_was_placed(ann, credited):
    from datetime import timedelta

    SplitPlan.objects.create(version=2, valid_from=T0 + timedelta(seconds=1), site_parts=0, author_parts=1)
    ingest(line_of("pending", sub_id="annscode"), "pull")
    ingest(line_of("pending", line_id="o2_1", placed_at=T0 + timedelta(days=1), sub_id="annscode"), "pull")
    plans = dict(Order.objects.values_list("line_id", "conversion__plan__version"))
    assert plans == {"o1_1": 1, "o2_1": 2}


def test_what_the_house_places_the_house_keeps(credited):
    ingest(line_of("confirmed", sub_id="housescode"[:10]), "pull")
    assert book() == {"network:demo": 1000, "site_confirmed:house": 1000}


def test_a_partial_refund_lowers_every_share(ann, credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    ingest(line_of("confirmed", after=1, sub_id="annscode", estimated_commission_minor=500), "pull")
    assert book() == {"network:demo": 500, f"author_confirmed:{ann.pk}": 333, "site_confirmed:house": 167}


def test_settled_without_an_amount_is_not_paid_out(ann, credited):
    ingest(line_of("settled", sub_id="annscode", settled_commission_minor=None), "pull")
    assert settle().lines == 0
    assert book()[f"author_confirmed:{ann.pk}"] == 666


def test_an_unattributed_order_is_kept_and_earns_nothing(credited):
    assert ingest(line_of("confirmed", sub_id="nobody"), "file") == "created"
    assert not hasattr(Order.objects.get(), "conversion")
    assert book() == {}
    assert all(check.ok for check in audit())


def test_another_currency_has_accounts_of_its_own(ann, credited):
    ingest(line_of("confirmed", sub_id="annscode", currency="USD"), "pull")
    assert ledger.balances(ann, "USD")[AccountKind.AUTHOR_CONFIRMED] == 666
    assert ledger.balances(ann)[AccountKind.AUTHOR_CONFIRMED] == 0
    ingest(line_of("confirmed", after=1, sub_id="annscode", currency="CNY"), "pull")
    assert ledger.balances(ann, "USD")[AccountKind.AUTHOR_CONFIRMED] == 0
    assert book() == {"network:demo": 1000, f"author_confirmed:{ann.pk}": 666, "site_confirmed:house": 334}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"estimated_commission_minor": 10_001}, "above_amount"),
        ({"estimated_commission_minor": -1}, "negative"),
        ({"amount_minor": -1}, "negative"),
        ({"amount_minor": 10**13, "estimated_commission_minor": 5}, "absurd"),
        ({"refunded_minor": -1}, "negative"),
        ({"unknown_state": True}, "unknown_state"),
        ({"doubt": "contradiction"}, "contradictory"),
        ({"doubt": "amount"}, "unreadable"),
        ({"doubt": "amount", "unknown_state": True}, "unknown_state"),
    ],
)
def test_what_contradicts_itself_is_held_and_earns_nothing(changes, reason, ann, credited):
    ingest(line_of("pending", sub_id="annscode", **changes), "pull")
    order = Order.objects.get()
    assert order.held_reason == reason
    assert order.conversion.author == ann
    assert book() == {}
    assert ingest(line_of("confirmed", after=1, sub_id="annscode"), "pull") == "updated"
    assert book()[f"author_confirmed:{ann.pk}"] == 666


def test_a_line_in_doubt_that_is_refused_needs_nobody(credited):
    ingest(line_of("invalid", sub_id="annscode", doubt="amount"), "pull")
    assert Order.objects.get().held_reason == ""


def test_each_reason_for_holding_a_line_has_its_own_words():
    assert len(set(HeldReason.labels)) == len(HeldReason.values)


def test_readings_of_before_there_were_doubts_stay_as_they_are(credited):
    line = line_of("pending", sub_id="annscode")
    ingest(line, "pull")
    assert "doubt" not in NetworkEvent.objects.get().reading
    assert ingest(line, "pull") == "unchanged"
