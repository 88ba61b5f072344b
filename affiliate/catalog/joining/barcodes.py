"""Barcodes (GTIN-8, -12, -13, -14) as one number of 14 digits; "" for what names no product of the world's."""

from __future__ import annotations

import re
import unicodedata

LENGTHS = frozenset({8, 12, 13, 14})
_BETWEEN = re.compile(r"[\s\-‐‑–]+")
SHORT = "000000"
"""What stands before a GTIN-8."""


def gtin(text: str) -> str:
    """The number with zeros before it, so that one product has one spelling. Never guesses: a wrong check digit, a
    wrong length and numbers for a shop's own use are "".
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text.strip()[:40]))
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in LENGTHS:
        return ""
    whole = digits.zfill(14)
    if not int(whole) or not check_digit_is_right(whole) or for_own_use(whole):
        return ""
    return whole


def check_digit_is_right(whole: str) -> bool:
    """Whether the last digit follows from the others: threes and ones from the left, up to the next ten."""
    weighed = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(whole[:-1]))
    return (weighed + int(whole[-1])) % 10 == 0


def for_own_use(whole: str) -> bool:
    """Whether the number means something in one shop alone, or holds a weight: of GTIN-8 those from 0 and 2, of
    GTIN-13 those from 02, 04 and 2, of GTIN-14 those from 9.
    """
    if whole.startswith(SHORT):
        return whole[6] in "02"
    return whole.startswith(("9", "02", "002", "004"))
