"""A reader chooses among the stretches of time that the record really covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from content.blocks import price_windows
from content.blocks.price_record import Sighting
from content.blocks.price_svg import windows_markup

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def seen(*points, asked=None):
    return [Sighting(NOW - timedelta(days=days), minor, asked) for days, minor in points]


@pytest.mark.parametrize(
    ("days", "labels", "chosen"),
    [
        (12, ["All"], "All"),
        (90, ["30 days", "All"], "All"),
        (400, ["30 days", "180 days", "All"], "180 days"),
    ],
)
def test_only_windows_that_differ_are_offered(settings, days, labels, chosen):
    settings.LANGUAGE_CODE = "en"
    windows = price_windows.draw(seen((days, 12000), (5, 9900), (1, 10900)), NOW)
    assert [str(one.label) for one in windows] == labels
    assert [str(one.label) for one in windows if one.chosen] == [chosen]


def test_a_window_without_two_prices_is_left_out_and_no_price_draws_nothing():
    windows = price_windows.draw(seen((400, 12000), (300, 9900)), NOW)
    assert [str(one.label) for one in windows if one.chosen] == [str(one.label) for one in windows]
    assert len(windows) == 1
    assert price_windows.draw([], NOW) == ()
    assert price_windows.draw(seen((1, 9900)), NOW) == ()
    assert windows_markup(()) == ""


def test_the_low_of_a_year_ago_is_in_all_and_not_in_half_a_year():
    windows = price_windows.draw(seen((400, 12000), (300, 5000), (299, 12000), (5, 9900)), NOW)
    assert [one.chart.low_minor for one in windows] == [9900, 9900, 5000]
    html = windows_markup(windows)
    assert html.count("<svg") == 3
    assert html.count("<table") == 1
    assert "¥50" in html.split("<table")[1]


def test_what_the_shop_asked_is_drawn_where_a_coupon_made_a_difference():
    with_coupon = price_windows.draw(seen((20, 10900), (5, 9900), asked=12900), NOW)[0].chart
    without = price_windows.draw(seen((20, 10900), (5, 9900)), NOW)[0].chart
    assert with_coupon.list_line.startswith("M")
    assert without.list_line == ""
