"""What arrives at the same time, in real transactions on real connections."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from affiliate.catalog.models import Item
from affiliate.earnings import triggers
from affiliate.earnings.audit import audit
from affiliate.earnings.ingest import ingest, ingest_many
from affiliate.earnings.models import Conversion, LedgerAccount, LedgerEntry, NetworkEvent, Order
from affiliate.earnings.posting import entries_of, held_by
from affiliate.earnings.reports import Tally
from affiliate.earnings.tests.conftest import line_of, place
from affiliate.people.models import Author, Handle
from affiliate.tracking.models import Placement

LEFT_BEHIND = (LedgerEntry, LedgerAccount, Conversion, Order, NetworkEvent, Placement, Item, Author, Handle)


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
    assert sum(held_by(entries_of(order)).values()) == 900
    assert [check for check in audit() if not check.ok] == []


def test_the_same_lists_taken_at_once_in_any_order_all_come_through(db):
    """Four threads take 24 new lines of four authors, each in another order: nobody waits for another for ever."""
    codes = []
    for number in range(4):
        codes.append(f"authcode{number}")
        place(Author.objects.create(handle=f"author-{number}", name="作者"), codes[-1], page_id=number)
    lines = [line_of("confirmed", line_id=f"o{n}_1", sub_id=codes[n % 4]) for n in range(24)]
    tallies = [Tally("demo") for _ in range(4)]
    problems: list[BaseException] = []
    together = threading.Barrier(4)

    def take(tally, turned):
        try:
            together.wait(timeout=20)
            ingest_many(lines[turned:] + lines[:turned], "pull", tally)
        except BaseException as exc:  # noqa: BLE001 - shown by the assertion below
            problems.append(exc)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(tally, 6 * n)) for n, tally in enumerate(tallies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert sum(tally.created for tally in tallies) == Order.objects.count() == 24
    assert [tally.fetched for tally in tallies] == [24] * 4
    assert [check for check in audit() if not check.ok] == []
