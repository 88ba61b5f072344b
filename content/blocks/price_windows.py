"""The same record over several stretches of time: the last month, half a year, and all that we have seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from content.blocks import price_chart, price_record
from content.blocks.price_chart import Chart
from content.blocks.price_record import WINDOW, Sighting

EVER = timedelta(days=36_500)
STRETCHES = ((_lazy("30 days"), timedelta(days=30)), (_lazy("180 days"), WINDOW))


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch that a reader may choose."""

    label: Any
    chart: Chart
    chosen: bool


def draw(sightings: Sequence[Sighting], now: datetime) -> tuple[Window, ...]:
    """The windows that differ, the shortest first, half a year chosen; empty where there are not two prices to join."""
    first = min((one.at for one in sightings if one.at <= now), default=now)
    stretches = [(label, stretch) for label, stretch in STRETCHES if stretch < now - first] + [(_lazy("All"), EVER)]
    charts = [
        (label, stretch, chart)
        for label, stretch in stretches
        if (chart := price_chart.draw(price_record.read(sightings, now, stretch), now)) is not None
    ]
    default = WINDOW if any(stretch == WINDOW for _label, stretch, _chart in charts) else EVER
    return tuple(Window(label, chart, stretch == default) for label, stretch, chart in charts)
