"""Numbered pages whose rows move on while they are read, from a list that plays the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.errors import ProtocolError
from affiliate.networks.paging import Answer, Ask, Report, stretches, whole_seconds

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
REPORT = Report("demo", size=3, most_pages=100)


def asker_of(rows: list[int], *, counted: bool = True, leaving: list[int] | None = None):
    """Pages of the list; after each page one of `leaving` is gone from it, as a row is that changed."""
    gone = list(leaving or [])

    def asker(start: datetime, end: datetime) -> Ask:
        def ask(page: int) -> Answer:
            answer = Answer(rows[3 * (page - 1) : 3 * page], len(rows) if counted else None)
            if gone:
                rows.remove(gone.pop(0))
            return answer

        return ask

    return asker


def read(asker, report: Report = REPORT) -> list[int]:
    return [row for _, rows in report.read(asker, START, START + DAY) for row in rows]


@given(st.integers(0, 40), st.booleans())
def test_every_row_comes_once(count: int, counted: bool) -> None:
    assert sorted(read(asker_of(list(range(count)), counted=counted))) == list(range(count))


@given(st.integers(1, 30), st.data())
def test_what_does_not_move_is_never_missed_whatever_else_leaves(count: int, data: st.DataObject) -> None:
    leaving = data.draw(st.lists(st.sampled_from(range(count)), unique=True, max_size=1))
    found = read(asker_of(list(range(count)), leaving=leaving))
    assert set(range(count)) - set(leaving) <= set(found)


def test_the_first_row_of_each_page_is_numbered_as_in_the_report() -> None:
    pages = list(REPORT.read(asker_of(list(range(7))), START, START + DAY))
    assert pages == [(7, [6]), (4, [3, 4, 5]), (1, [0, 1, 2])]


def test_an_empty_report_is_one_empty_page() -> None:
    assert list(REPORT.read(asker_of([]), START, START + DAY)) == [(1, [])]


def test_a_stretch_that_holds_too_much_is_read_in_halves() -> None:
    asked = []

    def asker(start: datetime, end: datetime) -> Ask:
        asked.append(end - start)
        hours = int((end - start).total_seconds()) // 3600
        rows = [(start.isoformat(), hour) for hour in range(hours)]
        return lambda page: Answer(rows[3 * (page - 1) : 3 * page], len(rows))

    assert len(read(asker, Report("demo", size=3, most_pages=2))) == 24
    assert min(asked) == timedelta(hours=6)


@pytest.mark.parametrize("counted", [True, False])
def test_pages_that_repeat_are_an_error_and_not_an_end(counted: bool) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(lambda start, end: lambda page: Answer([1, 2, 3], 9 if counted else None))
    assert (caught.value.code, caught.value.network) == ("endless", "demo")


def test_a_count_beyond_all_pages_is_given_up_at_the_smallest_stretch() -> None:
    asked = []

    def asker(start: datetime, end: datetime) -> Ask:
        asked.append(end - start)
        return lambda page: Answer([1, 2, 3], 10**9)

    with pytest.raises(ProtocolError):
        read(asker)
    assert len(asked) < 20


@given(st.integers(0, 10**6), st.integers(0, 200 * 3600))
def test_stretches_join_without_gap_and_none_is_too_long(micro: int, seconds: int) -> None:
    start, end = whole_seconds(
        START + timedelta(microseconds=micro), START + timedelta(seconds=seconds, microseconds=7)
    )
    found = list(stretches(start, end, DAY))
    assert all(b - a <= DAY for a, b in found)
    assert [a for a, _ in found[1:]] == [b for _, b in found[:-1]]
    assert not found or (found[0][0], found[-1][1]) == (start, end)
