"""Scheduled work of this room."""

from __future__ import annotations

from affiliate.connections.renewal import renew_due

JOBS = {"renew_tokens": (300, renew_due)}
