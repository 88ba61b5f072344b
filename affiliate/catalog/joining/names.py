"""Names of products, so that two can be compared: exactly by brand and model, roughly by the words of a title."""

from __future__ import annotations

import re
import unicodedata

LONGEST_KEY = 200
_APART = re.compile(r"[\W_]+")
_RUNS = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|[^\W\d_a-z]+")
_FIGURE = re.compile(r"\d")


def model_key(brand: str, model: str) -> str:
    """`brand|model` without case, width, spaces and signs; "" unless both say something and the model has a digit: a
    model such as `Pro` or `经典款` names a hundred things.
    """
    brand_key, key = _bare(brand), _bare(model)
    if not brand_key or len(key) < 2 or not _FIGURE.search(key):
        return ""
    return f"{brand_key}|{key}"[:LONGEST_KEY]


def brand_key(brand: str) -> str:
    """A brand without case, width, spaces and signs."""
    return _bare(brand)


def words(title: str) -> frozenset[str]:
    """What a title is made of: Latin words and figures whole, Chinese in pairs of characters."""
    found: set[str] = set()
    for run in _RUNS.findall(_plain(title)):
        if run.isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(run[place : place + 2] for place in range(len(run) - 1))
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """How much of the words two titles share, in percent. Figures must not contradict: 65W is not 30W."""
    if not one or not other:
        return 0
    figures = [{word for word in some if _FIGURE.search(word)} for some in (one, other)]
    fewer, more = sorted(figures, key=len)
    if not fewer <= more:
        return 0
    return 200 * len(one & other) // (len(one) + len(other))


def _bare(text: str) -> str:
    return _APART.sub("", _plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
