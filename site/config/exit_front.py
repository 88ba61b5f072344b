"""Puts the exit of tracked links in front of Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def front(application: Callable[..., Any]) -> Callable[..., Any]:
    return application
