"""Finds 淘口令: eleven letters and digits between two signs, alone or inside the app's share text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

TOKEN_HOST = "tb.cn"  # noqa: S105 - a host
"""Stands for "only the union can read this": `https://tb.cn/?tk=<口令>` is how a bare 口令 is kept."""

_SIGNS = "￥¥$€₤₳₴¢£฿₰₲₦₱₵₭₪"
_ANY_SIGN = re.compile(f"[{_SIGNS}]")
_CODE = r"(?:[A-Z]{2}\d{3,5}\s+)?"
_BETWEEN_SIGNS = re.compile(rf"[{_SIGNS}]\s*{_CODE}([A-Za-z0-9]{{11}})\s*[{_SIGNS}]")
_BETWEEN_BRACKETS = re.compile(r"[(《（/]\s?([A-Za-z0-9]{11})\s?[)》）/](?![A-Za-z0-9])")
_BRACKETED = re.compile(r"[(《（/]\s?[A-Za-z0-9]{11}\s?[)》）/]")
_CONTEXT = re.compile(r"淘宝|手淘|天猫|taobao|tao\s?bao|復制|複製|复制|口令|fu[至之植]|打开", re.I)
_ADDRESS = re.compile(r"[a-z]{2,12}://\S+|(?<![A-Za-z0-9])(?:[a-z0-9-]+\.)+[a-z]{2,6}/\S*", re.I)
_SAME_SHARE = 200
"""A 口令 this near to a link is the link's own: the app shares both in one text."""


def passwords(plain: str, taken: Sequence[int], addresses: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Position and 口令 of each one in the text that does not belong to a link already found. `taken` are the links'
    positions in order, `addresses` what they say.
    """
    free = list(taken)
    for at, token in _found(plain):
        if any(token in address for address in addresses):
            continue
        near = min(free, key=lambda position: abs(position - at), default=None)
        if near is not None and abs(near - at) <= _SAME_SHARE:
            free.remove(near)
            continue
        yield at, token


def _found(plain: str) -> list[tuple[int, str]]:
    """Every 口令, each once, in order. Brackets are common: between them it must look like one, in a text about it."""
    if not _ANY_SIGN.search(plain) and not _BRACKETED.search(plain):
        return []
    bare = _ADDRESS.sub(lambda match: " " * len(match.group()), plain)
    found: dict[str, int] = {}
    for match in _BETWEEN_SIGNS.finditer(bare):
        if re.search(r"[A-Za-z]", match.group(1)):
            found.setdefault(match.group(1), match.start())
    if _CONTEXT.search(bare):
        for match in _BETWEEN_BRACKETS.finditer(bare):
            token = match.group(1)
            if re.search(r"[A-Z]", token) and re.search(r"[a-z]", token):
                found.setdefault(token, match.start())
    return sorted((at, token) for token, at in found.items())
