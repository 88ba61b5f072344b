"""Writes minor units as amounts, without a float on the way."""

from __future__ import annotations

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥"}
WHOLE_UNITS = frozenset({"JPY", "KRW"})
"""Currencies without a smaller unit."""


def plain_amount(minor: int, currency: str = "CNY") -> str:
    """As `-1234.50`: for files and for other programs."""
    if currency in WHOLE_UNITS:
        return str(minor)
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:02d}"


def shown_amount(minor: int, currency: str = "CNY") -> str:
    """As `-¥1,234.50`: for people."""
    sign = SIGNS.get(currency, f"{currency} ")
    whole, _dot, rest = plain_amount(abs(minor), currency).partition(".")
    return f"{'-' if minor < 0 else ''}{sign}{int(whole):,}{'.' + rest if rest else ''}"
