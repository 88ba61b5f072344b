"""What the worker does for people."""

from __future__ import annotations

from affiliate.people.sessions import forget_sessions

JOBS = {"forget_sessions": (86_400, forget_sessions)}
