"""Amounts that a network gives in whole fen: a fraction is refused, for it would be yuan where fen were due."""

from __future__ import annotations

import re
from typing import Any

from affiliate.networks.doubts import unread_amount
from affiliate.networks.sanity import HIGHEST_YUAN
from affiliate.networks.wording import Said

HIGHEST_FEN = int(HIGHEST_YUAN) * 100
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def fen(value: Any) -> int:
    """An amount in fen. A fraction is none: it would be yuan where fen was due. Zero and negative ones pass. What is no
    amount is 0 in a doubting reader of orders, ValueError elsewhere.
    """
    text = str(value).strip()
    if isinstance(value, bool) or not _WHOLE.fullmatch(text):
        return unread_amount(Said("%(value)s is not a whole number of fen", value=repr(text[:40])))
    if not -HIGHEST_FEN <= int(text) <= HIGHEST_FEN:
        return unread_amount(Said("%(value)s is beyond belief", value=text[:40]))
    return int(text)


def believable_fen(value: Any, name: str, warnings: list[str]) -> int | None:
    """A price in fen; None, with a line in `warnings`, for zero, negative, absurd and unreadable ones."""
    if value is None or value == "":
        return None
    try:
        amount = fen(value)
    except ValueError:
        amount = 0
    if amount > 0:
        return amount
    warnings.append(Said("%(name)s %(value)s ignored", name=name, value=str(value)[:40]))
    return None
