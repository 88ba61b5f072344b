"""Order lines that cannot be right are not thrown away: they are kept in doubt, earn nothing, and wait for a person.

A reader of orders marked with `doubting` reads an amount that is none, a fraction where whole fen are due or a sum
beyond belief as nothing, and says so on every line it makes. Outside of such a reader the same amounts are errors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from affiliate.networks.types import Doubt, OrderLine

P = ParamSpec("P")
Lines = TypeVar("Lines", OrderLine, list[OrderLine])

_unread: ContextVar[list[str] | None] = ContextVar("amounts that could not be read", default=None)


def unread_amount(why: str) -> int:
    """What stands for an amount that cannot be read: 0 inside of a doubting reader, ValueError elsewhere."""
    noted = _unread.get()
    if noted is None:
        raise ValueError(why)
    noted.append(why)
    return 0


def doubting(read: Callable[P, Lines]) -> Callable[P, Lines]:
    """Let a reader of one report keep lines whose amounts cannot be read, in doubt."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> Lines:
        noted: list[str] = []
        token = _unread.set(noted)
        try:
            made = read(*args, **kwargs)
        finally:
            _unread.reset(token)
        if not noted:
            return made
        if isinstance(made, OrderLine):
            return replace(made, doubt=Doubt.AMOUNT)
        return [replace(line, doubt=Doubt.AMOUNT) for line in made]

    return reading
