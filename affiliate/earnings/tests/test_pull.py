"""Pulls: windows, what is kept when one breaks off, and one reader at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from affiliate.earnings import pull as pulling
from affiliate.earnings import turns
from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import NetworkEvent, Order, PullCursor
from affiliate.earnings.reports import Tally
from affiliate.earnings.tests.conftest import line_of
from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.errors import Unavailable
from affiliate.networks.types import OrderPage, RejectedRow, TimeType

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, tzinfo=UTC)


class Shelf(Adapter):
    """A network with a list of lines; it fails in windows that begin at a time in `broken`."""

    slug = "jd"
    name = "京东"
    capabilities = Capabilities(orders=True, order_window=timedelta(hours=1))
    lines: list = []
    broken: set = set()
    asked: list = []

    def recognise(self, text):
        return []

    def item_url(self, ref):
        return ""

    def orders(self, window):
        self.asked.append(window)
        found = [line for line in self.lines if window.start <= line.updated_at < window.end]
        yield OrderPage(tuple(found[:2]), (RejectedRow(9, "no number"),) if found else ())
        if window.start in self.broken:
            raise Unavailable("It broke off.", network="jd")
        yield OrderPage(tuple(found[2:]))


@pytest.fixture
def shelf(monkeypatch):
    class Fresh(Shelf):
        lines: list = []
        broken: set = set()
        asked: list = []

    monkeypatch.setattr(pulling.connections, "adapter", lambda slug, **_: Fresh({}))
    monkeypatch.setattr(pulling.connections, "is_on", lambda slug: True)
    return Fresh


def lines(number, at, network="jd"):
    return [line_of(network=network, line_id=f"{at:%H%M}_{n}", updated_at=at, placed_at=START) for n in range(number)]


def test_a_stretch_is_read_window_by_window_without_a_gap(shelf):
    shelf.lines = lines(3, START + timedelta(minutes=61))
    report = pulling.pull("jd", START, START + timedelta(minutes=150))
    assert [w.end - w.start for w in shelf.asked] == [timedelta(hours=1), timedelta(hours=1), timedelta(minutes=30)]
    assert [w.start for w in shelf.asked[1:]] == [w.end for w in shelf.asked[:-1]]
    assert all(w.time_type is TimeType.UPDATED for w in shelf.asked)
    assert (report.fetched, report.created, len(report.rejected), report.error) == (3, 3, 1, None)
    again = pulling.pull("jd", START, START + timedelta(minutes=150))
    assert (again.created, again.unchanged) == (0, 3)


def test_what_came_before_it_broke_off_is_kept_and_it_says_where_to_go_on(shelf):
    shelf.lines = [*lines(2, START), *lines(3, START + timedelta(hours=1))]
    shelf.broken = {START + timedelta(hours=1)}
    report = pulling.pull("jd", START, START + timedelta(hours=3))
    assert report.created == 4
    assert report.goes_on_from == START + timedelta(hours=1)
    document = report.as_json()
    assert document["error"]["kind"] == "unavailable"
    assert document["goes_on_from"] == "2026-11-01T01:00:00+00:00"
    shelf.broken = set()
    assert pulling.pull("jd", report.goes_on_from, START + timedelta(hours=3)).created == 1


def test_the_schedule_moves_its_cursor_only_over_whole_windows(shelf):
    now = timezone.now()
    cursor = PullCursor.objects.create(network="jd", time_type="updated", read_until=now - timedelta(hours=4))
    first = cursor.read_until - Shelf.capabilities.order_overlap
    shelf.broken = {first + timedelta(hours=1)}
    report = pulling.pull_scheduled("jd", "default")
    cursor.refresh_from_db()
    assert report.error and report.goes_on_from == first + timedelta(hours=1)
    assert cursor.read_until == first + timedelta(hours=1)
    assert cursor.claimed_until is None
    shelf.broken = set()
    pulling.pull_scheduled("jd", "default")
    cursor.refresh_from_db()
    assert cursor.read_until >= now - Shelf.capabilities.order_lag


def test_only_one_worker_reads_a_network_at_a_time(shelf):
    now = timezone.now()
    cursor = PullCursor.objects.create(
        network="jd", time_type="updated", read_until=now, claimed_until=now + timedelta(minutes=5)
    )
    assert pulling.pull_scheduled("jd", "default") is None
    assert not shelf.asked
    PullCursor.objects.filter(pk=cursor.pk).update(claimed_until=now - timedelta(seconds=1))
    assert pulling.pull_scheduled("jd", "default") is not None


def test_a_long_rest_is_caught_up_turn_by_turn(shelf):
    cursor = PullCursor.objects.create(
        network="jd", time_type="updated", read_until=timezone.now() - timedelta(hours=60)
    )
    before = cursor.read_until
    pulling.pull_scheduled("jd", "default")
    cursor.refresh_from_db()
    assert len(shelf.asked) == pulling.WINDOWS_A_TURN
    assert before < cursor.read_until < timezone.now() - timedelta(hours=10)


def test_after_a_rest_longer_than_the_networks_history_the_pull_goes_on_where_that_begins(shelf, caplog):
    day = timedelta(days=1)
    shelf.capabilities = Capabilities(orders=True, order_window=day, order_history=90 * day)
    now = timezone.now()
    cursor = PullCursor.objects.create(network="jd", time_type="updated", read_until=now - 200 * day)
    pulling.pull_scheduled("jd", "default")
    cursor.refresh_from_db()
    assert now - 90 * day < shelf.asked[0].start < now - 89 * day
    assert cursor.read_until > now - 50 * day
    assert "too old to be pulled" in caplog.text


def test_nonsense_is_refused_in_words(shelf):
    assert pulling.pull("jd", START, START).error.kind == "bad_input"
    tomorrow = timezone.now() + timedelta(days=1)
    assert (
        pulling.pull("jd", tomorrow, tomorrow + timedelta(hours=1)).error.message == "The stretch lies in the future."
    )
    shelf.capabilities = Capabilities()
    assert pulling.pull("jd", START, START + timedelta(hours=1)).error.kind == "bad_input"


def test_an_unknown_network_is_bad_input():
    assert pulling.pull("nowhere", START, START + timedelta(hours=1)).error.kind == "bad_input"


def test_one_bad_line_rejects_only_itself():
    tally = Tally("demo")
    ingest_many([line_of(), line_of(line_id="x" * 200), line_of(line_id="o2_1")], "pull", tally)
    assert (tally.created, [row.line for row in tally.rejected]) == (2, [2])


def test_an_overlapping_pull_costs_three_queries_however_many_lines(django_assert_max_num_queries):
    many = [line_of(line_id=f"o{n}_1") for n in range(150)]
    ingest_many(many, "pull", Tally("demo"))
    tally = Tally("demo")
    with django_assert_max_num_queries(3):
        ingest_many(many, "pull", tally)
    assert tally.unchanged == 150


def test_a_long_list_is_taken_in_turns_so_that_readers_can_be_stored_meanwhile(monkeypatch):
    breaths: list[int] = []
    monkeypatch.setattr(turns, "HOLD_SECONDS", 0)
    monkeypatch.setattr(turns, "let_others_write", lambda: breaths.append(Order.objects.count()))
    tally = Tally("demo")
    ingest_many([line_of(line_id=f"o{n}_1") for n in range(5)], "pull", tally)
    assert tally.created == 5
    assert breaths == [1, 2, 3, 4]


def test_hostile_text_is_stored_and_harmless():
    tally = Tally("demo")
    line = line_of(item_title="a\x00b\ud800" + "x" * 10_000, sub_id="y\x00" * 50, raw={"t\x00": "\ud800", "n": 1.5})
    ingest_many([line], "pull", tally)
    assert tally.created == 1
    assert Order.objects.get().item_title.startswith("ab?x")
    assert "\x00" not in str(NetworkEvent.objects.get().raw)


def test_the_schedule_reads_each_network_in_its_own_turn(shelf, monkeypatch, settings):
    read: list[str] = []
    monkeypatch.setattr(pulling.connections, "is_on", lambda slug: slug in ("jd", "demo"))
    monkeypatch.setattr(pulling, "pull_scheduled", lambda slug, _account: read.append(slug))
    settings.DEMO = True
    pulling.pull_due()
    assert "jd" in read and "demo" not in read
    read.clear()
    pulling.pull_due(quick=True)
    assert read == ["demo"]
    settings.DEMO = False
    pulling.pull_due(quick=True)
    assert read == ["demo"]


def test_what_nobody_foresaw_in_one_network_does_not_stop_the_next(shelf, monkeypatch, settings):
    settings.DEMO = True
    read: list[str] = []

    def pull(slug, _account):
        read.append(slug)
        raise KeyError("an adapter with a fault")

    monkeypatch.setattr(pulling.connections, "is_on", lambda slug: slug in ("jd", "demo"))
    monkeypatch.setattr(pulling, "_reports_at_once", lambda slug: False)
    monkeypatch.setattr(pulling, "pull_scheduled", pull)
    assert pulling.pull_due() == []
    assert sorted(read) == ["demo", "jd"]
