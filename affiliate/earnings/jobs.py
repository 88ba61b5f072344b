"""Scheduled work of this room."""

from __future__ import annotations

from functools import partial

from affiliate.earnings.income import drop_old_identities, record_last_quarter
from affiliate.earnings.pull import pull_due
from affiliate.earnings.ripening import ripen

JOBS = {
    "pull_orders": (60, partial(pull_due, quick=False)),
    "pull_orders_quick": (15, partial(pull_due, quick=True)),
    "ripen_orders": (3600, ripen),
    "record_income": (86_400, record_last_quarter),
    "drop_old_identities": (86_400, drop_old_identities),
}
