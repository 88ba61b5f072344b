"""Codes of placements: short, not guessable in sequence, unlike every other."""

from __future__ import annotations

import secrets
import string

from affiliate.tracking.exit.tokens import ALPHABET, SHORTEST_CODE
from affiliate.tracking.models import Placement

TRIES = 20


def random_code() -> str:
    """Eight of [a-z0-9], a letter first. All codes are of one length, so that none is the beginning of another."""
    rest = "".join(secrets.choice(ALPHABET) for _ in range(SHORTEST_CODE - 1))
    return secrets.choice(string.ascii_lowercase) + rest


def new_code() -> str:
    """A code that no placement has."""
    return new_codes(1)[0]


def new_codes(count: int) -> list[str]:
    """Codes that no placement has, asking the database once. Chance meets one of 2 million million hardly ever."""
    for _ in range(TRIES):
        drawn = {random_code() for _ in range(count)}
        if len(drawn) == count and not (count and Placement.objects.filter(code__in=drawn).exists()):
            return list(drawn)
    raise RuntimeError(f"No free code in {TRIES} tries: the table of placements cannot be right.")
