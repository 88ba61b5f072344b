"""The usual price and the low, and that nothing is said from too short a record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from content.blocks import price_chart, price_record
from content.blocks.price_record import Sighting, Standing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(*prices: tuple[float, int]) -> list[Sighting]:
    return [Sighting(NOW - timedelta(days=days), minor) for days, minor in prices]


def test_the_usual_price_is_the_median_over_time_not_over_sightings():
    # Seven sightings at the low within one day weigh less than the ninety days at ¥169.
    many = [(1 - n / 10, 13900) for n in range(7)]
    record = price_record.read(seen((90, 16900), *many), NOW)
    assert record is not None
    assert record.usual_minor == 16900
    assert record.low_minor == 13900


def test_a_record_shorter_than_thirty_days_gives_no_verdict():
    record = price_record.read(seen((29, 16900), (2, 13900)), NOW)
    assert record is not None
    assert record.usual_minor is None
    assert record.standing(13900) == Standing.UNKNOWN


def test_a_price_seen_before_the_window_holds_at_its_beginning():
    record = price_record.read(seen((300, 20000), (10, 15000)), NOW)
    assert record is not None
    assert record.days == 180
    assert record.sightings[0] == Sighting(NOW - timedelta(days=180), 20000)
    assert record.usual_minor == 20000


def test_what_will_be_seen_later_is_not_known_yet():
    assert price_record.read(seen((-1, 100)), NOW) is None


def test_standing_against_the_record():
    record = price_record.read(seen((100, 16900), (60, 12900), (50, 16900)), NOW)
    assert record is not None
    assert record.standing(12900) == Standing.LOW
    assert record.standing(13900) == Standing.BELOW
    assert record.standing(16900) == Standing.USUAL
    assert record.standing(19900) == Standing.ABOVE
    assert record.standing(None) == Standing.UNKNOWN


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 10_000_000)), min_size=1, max_size=40, unique_by=lambda p: p[0]
    )
)
def test_the_usual_price_lies_between_low_and_high_and_the_chart_stays_in_its_box(prices):
    record = price_record.read(seen(*sorted(prices, reverse=True)), NOW)
    assert record is not None
    minors = [one.minor for one in record.sightings]
    assert record.low_minor == min(minors)
    if record.usual_minor is not None:
        assert min(minors) <= record.usual_minor <= max(minors)
    chart = price_chart.draw(record, NOW)
    if chart is not None:
        assert 0 <= chart.low_y <= chart.height
        assert chart.left - 0.1 <= chart.low_x <= chart.right + 0.1
        assert {row.minor for row in chart.rows} == {one.minor for one in record.sightings}
        assert chart.rows[-1] == record.sightings[0] and chart.rows[0].minor == record.sightings[-1].minor
        assert all(new.minor != old.minor for new, old in pairwise(chart.rows)), "a row is a change of price"
