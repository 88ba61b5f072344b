"""The markup of a price chart and of the table behind it.

Built here rather than in a template: ten charts on a page would be half of what the page costs to draw.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from content.blocks import times
from content.blocks.money import plain_price
from content.blocks.price_chart import Chart
from content.blocks.price_windows import Window


def markup(chart: Chart) -> SafeString:
    """The chart as inline SVG, its figures as a table: numbers and our own words only, the words escaped."""
    return mark_safe(svg(chart) + table(chart))  # noqa: S308  see above


def windows_markup(windows: Sequence[Window]) -> SafeString:
    """A chart for each window, of which CSS shows the chosen one, and one table: that of the longest."""
    if len(windows) < 2:
        return markup(windows[0].chart) if windows else SafeString("")
    picks = "".join(
        f'<input class="windows__pick" type="radio" name="window" id="window-{number}"{" checked" * one.chosen}>'
        f'<label class="windows__name" for="window-{number}">{escape(one.label)}</label>'
        for number, one in enumerate(windows)
    )
    charts = "".join(f'<div class="windows__chart">{svg(one.chart)}</div>' for one in windows)
    legend = escape(_("Stretch of time"))
    group = f'<fieldset class="windows"><legend class="hidden">{legend}</legend>{picks}{charts}</fieldset>'
    return mark_safe(group + table(windows[-1].chart))  # noqa: S308  numbers and our own words only


def svg(chart: Chart) -> str:
    """A picture with a name; shapes carry classes, never styles."""
    name = escape(_("Price after coupon over time; the same figures stand in the table below."))
    parts = [f'<svg class="chart" viewBox="0 0 {chart.width} {chart.height}" role="img" aria-label="{name}">']
    for tick in chart.prices:
        parts.append(f'<path class="chart__grid" d="M{chart.left} {tick.at}H{chart.right}"/>')
        parts.append(_text(chart.left - 8, tick.at, tick.text, 'dy="4" text-anchor="end"'))
    parts += [_text(tick.at, chart.height - 6, tick.text, 'text-anchor="middle"') for tick in chart.dates]
    parts.append(f'<path class="chart__area" d="{chart.area}"/>')
    if chart.usual_y is not None:
        parts.append(f'<path class="chart__usual" d="M{chart.left} {chart.usual_y}H{chart.right}"/>')
        parts.append(_text(chart.right, chart.usual_y, _("usual"), 'dy="-5" text-anchor="end"'))
    if chart.list_line:
        parts.append(f'<path class="chart__list" d="{chart.list_line}"/>')
    parts.append(f'<path class="chart__line" d="{chart.line}"/>')
    parts.append(f'<circle class="chart__low" cx="{chart.low_x}" cy="{chart.low_y}" r="4"/>')
    low = _("low") + " " + plain_price(chart.low_minor)
    parts.append(_text(chart.low_label_x, chart.low_y, low, 'dy="20" text-anchor="middle"', "chart__label--low"))
    parts.append(f'<circle class="chart__now" cx="{chart.now_x}" cy="{chart.now_y}" r="3.5"/></svg>')
    return "".join(parts)


def table(chart: Chart) -> str:
    """The same figures for who cannot see the picture."""
    now = timezone.now()
    rows = "".join(
        f"<tr><td>{escape(times.day(one.at, now))}</td><td>{plain_price(one.minor)}</td></tr>" for one in chart.rows
    )
    # Words are taken out of the f-strings: the tool that collects them does not look inside.
    since, price, summary = escape(_("From")), escape(_("Price after coupon")), escape(_("See the figures"))
    head = f'<th scope="col">{since}</th><th scope="col">{price}</th>'
    return (
        f'<details class="figures"><summary>{summary}</summary>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _text(x: float, y: float, words: str, where: str, more: str = "") -> str:
    classes = f"chart__label {more}" if more else "chart__label"
    return f'<text class="{classes}" x="{x}" y="{y}" {where}>{escape(words)}</text>'
