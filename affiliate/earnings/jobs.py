"""Scheduled work of this room."""

from __future__ import annotations

from functools import partial

from affiliate.earnings.pull import pull_due

JOBS = {
    "pull_orders": (60, partial(pull_due, quick=False)),
    "pull_orders_quick": (15, partial(pull_due, quick=True)),
}
