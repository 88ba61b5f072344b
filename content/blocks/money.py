"""Prices as readers see them: from integers of fen, never through a float."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


def split_minor(minor: int) -> tuple[str, str]:
    """Yuan and fen of an amount: 13900 is ("139", ""), 13950 is ("139", "5"), 13905 is ("139", "05")."""
    yuan, fen = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{yuan}", f"{fen:02d}".removesuffix("0") if fen else ""


def plain_price(minor: int) -> str:
    """`¥139.5`: for titles, feeds, attributes and sentences."""
    yuan, fen = split_minor(minor)
    return f"¥{yuan}.{fen}" if fen else f"¥{yuan}"


def price_html(minor: int) -> SafeString:
    """The same with the sign and the fen smaller than the yuan."""
    yuan, fen = split_minor(minor)
    small = format_html('<span class="price__fen">.{}</span>', fen) if fen else ""
    return format_html('<span class="price__sign">¥</span>{}{}', yuan, small)


def percent_below(price: int, usual: int) -> int:
    """How far a price is below another, in whole per cent, rounded down so that nothing is promised too much."""
    return (usual - price) * 100 // usual if usual else 0
