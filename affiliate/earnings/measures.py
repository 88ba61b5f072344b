"""What a monitoring system is told of earnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from affiliate.earnings.lines import orders_by_state, unattributed

MEASURES: dict[str, tuple[str, str, Callable[[], float | Mapping[str, float]]]] = {
    "orders_unattributed": ("Order lines that lead to nobody.", "", lambda: unattributed().count()),
    "orders": ("Order lines by state.", "state", orders_by_state),
}
