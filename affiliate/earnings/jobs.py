"""Scheduled work of this room."""

from __future__ import annotations

from functools import partial

from affiliate.earnings.audit import audit
from affiliate.earnings.importing import go_on_with_all
from affiliate.earnings.income import drop_old_identities, record_last_quarter
from affiliate.earnings.pull import pull_due
from affiliate.earnings.pushes import read_due
from affiliate.earnings.ripening import ripen


class Unsound(Exception):
    """The book does not hold what it should: which checks failed, and what they found."""


def audit_ledger() -> None:
    """Prove the book once a day. Raises Unsound, so that the schedule keeps what was found and says so in the log."""
    failed = [f"{check.name}: {check.detail}" for check in audit() if not check.ok]
    if failed:
        raise Unsound("; ".join(failed))


JOBS = {
    "audit_ledger": (86_400, audit_ledger),
    "pull_orders": (60, partial(pull_due, quick=False)),
    "pull_orders_quick": (15, partial(pull_due, quick=True)),
    "read_pushed": (60, read_due),
    "take_order_files": (60, go_on_with_all),
    "ripen_orders": (3600, ripen),
    "record_income": (86_400, record_last_quarter),
    "drop_old_identities": (86_400, drop_old_identities),
}
