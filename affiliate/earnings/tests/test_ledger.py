"""The book refuses what would make it untrue, in the function that posts and in the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from affiliate.earnings import ledger, triggers
from affiliate.earnings.audit import audit
from affiliate.earnings.crediting import assign
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import AccountKind, LedgerEntry, NetworkEvent, Order, SplitPlan
from affiliate.earnings.settling import settle
from affiliate.earnings.split import author_estimate
from affiliate.earnings.tests.conftest import T0, line_of, place
from affiliate.networks.types import LineState


@pytest.fixture
def two(db):
    network = ledger.account(AccountKind.NETWORK, "CNY", network="demo")
    return network, ledger.account(AccountKind.SITE, "CNY")


def test_an_entry_cannot_be_changed_or_deleted(two):
    entry = ledger.post(*two, 5, key="a")
    for change in (
        lambda: LedgerEntry.objects.filter(pk=entry.pk).update(amount_minor=6),
        lambda: LedgerEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert LedgerEntry.objects.get().amount_minor == 5


def test_the_book_cannot_be_emptied(two):
    ledger.post(*two, 5, key="a")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DELETE FROM {triggers.TABLE}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred would refuse before the trigger does
            cursor.execute(f"TRUNCATE {triggers.TABLE}")


def test_the_triggers_come_back_when_they_are_made_again(db):
    triggers.drop()
    assert {"ledger_refuses_update", "ledger_refuses_delete"} <= set(triggers.missing())
    triggers.create()
    triggers.create()
    assert triggers.missing() == []


def test_the_same_key_posts_once_and_never_something_else(two):
    first = ledger.post(*two, 5, key="a")
    assert ledger.post(*two, 5, key="a") == first
    with pytest.raises(ledger.KeyTaken):
        ledger.post(*two, 6, key="a")
    assert LedgerEntry.objects.count() == 1


def test_nothing_and_less_than_nothing_are_not_amounts(two):
    for minor in (0, -5):
        with pytest.raises(ledger.NotAnAmount):
            ledger.post(*two, minor, key="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(key="b", debit=two[0], credit=two[1], amount_minor=0, currency="CNY")


def test_an_entry_needs_two_accounts_of_one_currency(two):
    dollars = ledger.account(AccountKind.SITE, "USD")
    for pair in ((two[0], two[0]), (two[0], dollars)):
        with pytest.raises(ledger.AccountsDiffer):
            ledger.post(*pair, 5, key="a")


def test_the_audit_sees_an_entry_between_two_currencies(two):
    dollars = ledger.account(AccountKind.SITE, "USD")
    LedgerEntry.objects.create(key="b", debit=two[0], credit=dollars, amount_minor=7, currency="CNY")
    wrong = {check.name for check in audit() if not check.ok}
    assert wrong == {"imbalance", "one_currency_an_entry"}


def test_only_an_operator_may_credit_by_hand(ann, bo, credited, operator):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    order = Order.objects.get()
    with pytest.raises(PermissionDenied):
        assign(order.pk, bo, ann.user)
    assign(order.pk, bo, operator)
    assert ledger.balances(ann)[AccountKind.AUTHOR_CONFIRMED] == 0
    assert ledger.balances(bo)[AccountKind.AUTHOR_CONFIRMED] == 666
    assert all(check.ok for check in audit())


def test_the_same_report_by_two_ways_is_one_event(credited):
    line = line_of("confirmed", sub_id="annscode")
    assert [ingest(line, channel) for channel in ("pull", "push", "file")] == ["created", "unchanged", "unchanged"]
    assert NetworkEvent.objects.count() == 1


def test_an_older_report_changes_nothing(credited):
    ingest(line_of("confirmed", after=2, sub_id="annscode"), "pull")
    assert ingest(line_of("pending", after=1, sub_id="annscode"), "push") == "unchanged"
    assert Order.objects.get().state == "confirmed"
    assert NetworkEvent.objects.count() == 2


def test_a_newer_report_may_take_a_state_back(credited):
    ingest(line_of("confirmed", after=1, sub_id="annscode"), "pull")
    assert ingest(line_of("pending", after=2, sub_id="annscode"), "pull") == "updated"
    assert Order.objects.get().state == "pending"


def test_an_undated_report_adds_but_takes_nothing_back(credited):
    ingest(line_of("confirmed", after=1, sub_id="annscode"), "pull")
    assert ingest(line_of("pending", after=None), "file") == "unchanged"
    assert ingest(line_of("settled", after=None, sub_id=""), "file") == "updated"
    order = Order.objects.get()
    assert (order.state, order.sub_id) == ("settled", "annscode")


def test_the_same_words_can_mean_more_later_but_never_less(credited):
    raw = {"validCode": 17}
    pending = line_of("confirmed", raw=raw, sub_id="annscode")
    settled = line_of("settled", raw=raw, sub_id="annscode")
    assert [ingest(line, "pull") for line in (pending, settled, pending)] == ["created", "updated", "unchanged"]
    assert Order.objects.get().state == LineState.SETTLED
    assert NetworkEvent.objects.count() == 1


def test_a_refund_after_settlement_takes_back_what_was_payable(ann, credited):
    ingest(line_of("settled", sub_id="annscode"), "pull")
    settle()
    ingest(line_of("invalid", after=1, sub_id="annscode"), "pull")
    assert ledger.balances(ann)[AccountKind.AUTHOR_PAYABLE] == 0


def test_what_an_author_would_earn(ann, bo, house):
    SplitPlan.objects.create(version=2, valid_from=T0, site_parts=50, author_parts=50, agency_parts=25)
    old = datetime(2026, 1, 1, tzinfo=UTC)
    assert [author_estimate(1000, who, old) for who in (None, ann, bo, house)] == [666, 666, 666, 0]
    assert [author_estimate(1000, who, T0) for who in (None, ann, bo, house)] == [500, 500, 250, 0]


def test_credit_by_the_code_and_by_the_click(ann):
    """With tracking itself: a click's token whose row is lost still names the author by its code."""
    placement = place(ann, "annscode9")
    ingest(line_of("confirmed", sub_id="annscode9"), "pull")
    ingest(line_of("confirmed", line_id="o2_1", sub_id="nosuchcode"), "pull")
    credited, lost = Order.objects.order_by("line_id")
    assert (credited.conversion.placement, credited.conversion.author) == (placement, ann)
    assert not hasattr(lost, "conversion")
