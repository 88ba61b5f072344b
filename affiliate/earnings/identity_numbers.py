"""Numbers of Chinese identity cards and of businesses, checked by their check characters."""

from __future__ import annotations

import re
from datetime import date

CARD = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CARD_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT = re.compile(f"[{CREDIT_ALPHABET}]{{18}}", re.ASCII)


def is_card_number(number: str) -> bool:
    """Whether this is a citizen's identity number of 18 characters (GB 11643)."""
    if not CARD.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, CARD_WEIGHTS, strict=False))
    return CARD_CHECKS[total % 11] == number[17]


def is_credit_code(code: str) -> bool:
    """Whether this is a unified social credit code of 18 characters (GB 32100)."""
    if not CREDIT.fullmatch(code):
        return False
    total = sum(CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return CREDIT_ALPHABET[-total % 31] == code[17]


def is_grown_up(number: str, today: date) -> bool:
    """Whether the holder of an identity number is 18 years old: nobody younger earns here."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) >= 18
