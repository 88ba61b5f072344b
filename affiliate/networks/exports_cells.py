"""Reads single cells of back-end files: dirt off, then ids, amounts, times and words, or an error quoting the cell."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from affiliate.networks.clocks import BEIJING
from affiliate.networks.sanity import exact_minor
from affiliate.networks.wording import Said

SERIAL_EPOCH = datetime(1899, 12, 30, tzinfo=BEIJING)
EMPTY = frozenset({"", "-", "--", "—", "——", "无", "null", "none", "nan", "n/a", "/", "\\n"})
NO_TIME = ("0", "1970-01-01", "1899-12-30", "2000-01-01 00:00:00")

_DIRT = " \t\r\n\"'`‘’“”\ufeff\u200b\u200e\u200f\u3000\xa0\x00"
_FORMULA = re.compile(r'^=\s*"(.*)"$', re.S)
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:：](\d{1,2})(?:[:：](\d{1,2})(?:\.\d+)?)?)?\s*"
    r"(Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
_WIDE = str.maketrans("０１２３４５６７８９．，－：％（）", "0123456789.,-:%()")


def clean_cell(value: str) -> str:
    """A cell without the dirt of exporters (tabs, apostrophes, `="123"`); words for nothing become empty."""
    text = value.strip(_DIRT)
    if match := _FORMULA.match(text + '"' if text.startswith("=") and text.count('"') == 1 else text):
        text = match.group(1).strip(_DIRT)
    return "" if text.lower() in EMPTY else text


def heading_key(value: str) -> str:
    """A heading as it is compared: no dirt, no spaces, half-width, no case."""
    text = clean_cell(value).translate(_WIDE)
    return re.sub(r"[\s\u3000\ufeff*]+", "", text).casefold()


def id_cell(value: str) -> str:
    """An id as text. The `.0` that spreadsheets add goes where no digit can have been lost."""
    text = clean_cell(value).translate(_WIDE)
    if text.endswith(".0") and text[:-2].isdecimal() and len(text) <= 17:
        return text[:-2]
    return text


def is_scientific(value: str) -> bool:
    """True for `5.12E+17`: digits that a spreadsheet has thrown away."""
    return bool(_SCIENTIFIC.match(clean_cell(value)))


def amount_cell(value: str) -> int:
    """Yuan as fen, empty as 0: `1,234.50`, `¥12.30`, `12.30元`, brackets or minus for reversals."""
    text = clean_cell(value).translate(_WIDE)
    if not text:
        return 0
    bare = re.sub(r"[¥￥元,\s]|CNY|RMB", "", text, flags=re.I)
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    if not re.fullmatch(r"[+-]?\d+(?:\.\d+)?(?:[eE]-\d+)?", bare):
        raise ValueError(Said("%(value)s is not an amount", value=repr(text[:40])))
    return exact_minor(bare)


def count_cell(value: str) -> int:
    """A number of pieces, empty as 0."""
    text = id_cell(value)
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise ValueError(Said("%(value)s is not a whole number", value=repr(text[:40])))
    return int(text)


def time_cell(value: str) -> datetime | None:
    """A time in UTC, None for empty. What names no zone is Beijing time; two-digit years are refused."""
    text = clean_cell(value).translate(_WIDE)
    if not text or text == "0" or text.startswith(NO_TIME[1:]):
        return None
    if re.fullmatch(r"\d{13}", text):
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_serial(text)
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(Said("%(value)s is not a time", value=repr(text[:40])))
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match.group(7)))
    except ValueError:
        raise ValueError(Said("%(value)s is not a time", value=repr(text[:40]))) from None
    return at.astimezone(UTC)


def _from_serial(text: str) -> datetime:
    """A spreadsheet's day number: days and, behind the point, the part of the day, to the second."""
    days, _, fraction = text.partition(".")
    seconds = round(int(fraction) * 86_400 / 10 ** len(fraction)) if fraction else 0
    return (SERIAL_EPOCH + timedelta(days=int(days), seconds=seconds)).astimezone(UTC)


def _zone(text: str | None) -> timezone:
    if text is None:
        return BEIJING
    if text.upper() == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
