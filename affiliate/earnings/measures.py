"""What a monitoring system is told of earnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from affiliate.earnings import pushes
from affiliate.earnings.lines import orders_by_state, unattributed

MEASURES: dict[str, tuple[str, str, Callable[[], float | Mapping[str, float]]]] = {
    "orders_unattributed": ("Order lines that lead to nobody.", "", lambda: unattributed().count()),
    "pushed_orders": ("Orders that networks told of by themselves, by what became of them.", "state", pushes.by_state),
    "orders": ("Order lines by state.", "state", orders_by_state),
}
