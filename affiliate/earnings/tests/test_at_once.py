"""What arrives at the same time, in real transactions on real connections."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from affiliate.catalog.models import Item
from affiliate.earnings import triggers
from affiliate.earnings.audit import audit
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Conversion, LedgerAccount, LedgerEntry, NetworkEvent, Order
from affiliate.earnings.posting import held_by
from affiliate.earnings.tests.conftest import line_of, place
from affiliate.people.models import Author
from affiliate.tracking.models import Placement

LEFT_BEHIND = (LedgerEntry, LedgerAccount, Conversion, Order, NetworkEvent, Placement, Item, Author)


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Takes the place of pytest's own: no transaction around the test, and no flush behind it, which would empty the
    tables of every room and delete from the book, which refuses.
    """
    with django_db_blocker.unblock():
        yield
        triggers.drop()
        LedgerEntry.objects.update(reverses=None)
        for model in LEFT_BEHIND:
            model.objects.all().delete()
        triggers.create()


def test_reports_that_arrive_at_once_become_one_true_line(db):
    """Six threads give the same line, three reports twice each: one line, three events, every account right."""
    place(Author.objects.create(handle="ann", name="安"), "annscode9")
    reports = [
        line_of(state, after=n, sub_id="annscode9") for n, state in enumerate(("pending", "confirmed", "settled"))
    ]
    problems: list[BaseException] = []
    together = threading.Barrier(6)

    def give(line):
        try:
            together.wait(timeout=20)
            ingest(line, "push")
        except BaseException as exc:  # noqa: BLE001 - shown by the assertion below
            problems.append(exc)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=(line,)) for line in reports * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    order = Order.objects.get()
    assert (order.state, NetworkEvent.objects.count()) == ("settled", 3)
    assert sum(held_by(order).values()) == 900
    assert [check for check in audit() if not check.ok] == []
