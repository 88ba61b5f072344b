"""Numbered pages whose rows move on while they are read, from a list that plays the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.errors import ProtocolError
from affiliate.networks.paging import SECOND, Answer, Ask, Report, Sieve, follow, stretches
from affiliate.networks.types import TimeType, Window

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(START, START + DAY, TimeType.UPDATED)
REPORT = Report("demo", size=3, most_pages=100)


def asker_of(rows: list[int], *, counted: bool = True, leaving: list[int] | None = None):
    """Pages of the list; after each page one of `leaving` is gone from it, as a row is that changed."""
    gone = list(leaving or [])

    def asker(window: Window) -> Ask:
        def ask(page: int) -> Answer:
            answer = Answer(rows[3 * (page - 1) : 3 * page], len(rows) if counted else None)
            if gone:
                rows.remove(gone.pop(0))
            return answer

        return ask

    return asker


def read(asker, report: Report = REPORT) -> list[int]:
    return [row for _, rows in report.read(asker, WINDOW) for row in rows]


@given(st.integers(0, 40), st.booleans())
def test_every_row_comes_once(count: int, counted: bool) -> None:
    assert sorted(read(asker_of(list(range(count)), counted=counted))) == list(range(count))


@given(st.integers(1, 30), st.data())
def test_what_does_not_move_is_never_missed_whatever_else_leaves(count: int, data: st.DataObject) -> None:
    leaving = data.draw(st.lists(st.sampled_from(range(count)), unique=True, max_size=1))
    found = read(asker_of(list(range(count)), leaving=leaving))
    assert set(range(count)) - set(leaving) <= set(found)


def test_the_first_row_of_each_page_is_numbered_as_in_the_report() -> None:
    pages = list(REPORT.read(asker_of(list(range(7))), WINDOW))
    assert pages == [(7, [6]), (4, [3, 4, 5]), (1, [0, 1, 2])]


def test_an_empty_report_is_one_empty_page() -> None:
    assert list(REPORT.read(asker_of([]), WINDOW)) == [(1, [])]


def test_a_stretch_that_holds_too_much_is_read_in_halves() -> None:
    asked = []

    def asker(window: Window) -> Ask:
        asked.append(window.end - window.start)
        hours = int((window.end - window.start).total_seconds()) // 3600
        rows = [(window.start.isoformat(), hour) for hour in range(hours)]
        return lambda page: Answer(rows[3 * (page - 1) : 3 * page], len(rows))

    assert len(read(asker, Report("demo", size=3, most_pages=2))) == 24
    assert min(asked) == timedelta(hours=6)


@pytest.mark.parametrize("counted", [True, False])
def test_pages_that_repeat_are_an_error_and_not_an_end(counted: bool) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(lambda window: lambda page: Answer([1, 2, 3], 9 if counted else None))
    assert (caught.value.code, caught.value.network) == ("endless", "demo")


def test_a_count_beyond_all_pages_is_given_up_at_the_smallest_stretch() -> None:
    asked = []

    def asker(window: Window) -> Ask:
        asked.append(window.end - window.start)
        return lambda page: Answer([1, 2, 3], 10**9)

    with pytest.raises(ProtocolError):
        read(asker)
    assert len(asked) < 20


@given(st.integers(0, 10**6), st.integers(0, 200 * 3600))
def test_stretches_join_without_gap_in_whole_seconds_and_none_is_too_long(micro: int, seconds: int) -> None:
    start, end = START + timedelta(microseconds=micro), START + timedelta(seconds=seconds, microseconds=7)
    found = list(stretches(Window(start, end, TimeType.PAID), DAY))
    assert all(part.end - part.start <= DAY and part.time_type is TimeType.PAID for part in found)
    assert not any(part.start.microsecond or part.end.microsecond for part in found)
    assert [part.start for part in found[1:]] == [part.end for part in found[:-1]]
    assert not found or (start - found[0].start < SECOND and found[-1].end - end < SECOND)


# --- from mark to mark ---


def test_pages_are_followed_from_mark_to_mark_and_numbered_by_their_rows() -> None:
    pages = {"a": ([1, 2], "b"), "b": ([2, 3], "c"), "c": ([4], None)}
    assert list(follow("demo", pages.__getitem__, "a", 10)) == [(1, [1, 2]), (3, [3]), (5, [4])]


def test_one_page_that_came_double_is_no_fault_and_two_are() -> None:
    once = {1: ([1], 2), 2: ([1], 3), 3: ([2], None)}
    assert [rows for _, rows in follow("demo", once.__getitem__, 1, 10)] == [[1], [], [2]]
    with pytest.raises(ProtocolError) as caught:
        list(follow("demo", lambda mark: ([1], mark + 1), 1, 10**6))
    assert caught.value.code == "endless"


def test_what_came_before_the_end_was_missed_is_kept() -> None:
    kept = []
    with pytest.raises(ProtocolError):
        for _, rows in follow("demo", lambda mark: ([mark], mark + 1), 1, 5):
            kept += rows
    assert kept == [1, 2, 3, 4, 5]


def test_a_row_comes_again_in_its_newer_form_and_not_for_the_order_of_its_fields() -> None:
    sieve = Sieve()
    assert sieve.fresh([{"id": 1, "state": "paid"}]) == [{"id": 1, "state": "paid"}]
    assert sieve.fresh([{"state": "paid", "id": 1}, {"id": 1, "state": "settled"}]) == [{"id": 1, "state": "settled"}]
