"""Scheduled work of this room."""

from __future__ import annotations

from affiliate.earnings.pull import pull_due

JOBS = {"pull_orders": (60, pull_due)}
