"""Sentences that must name something and still be translated: text that remembers the template it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Said(str):
    """An English sentence, filled in: `Said("%(column)s is missing", column="订单号")`. Everywhere a plain string;
    the edge, which knows the reader's language, translates it with `translated`.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Said:
        said = super().__new__(cls, template % values if values else template)
        said.template = template
        said.values = values
        return said


def translated(text: str, gettext: Callable[[str], str]) -> str:
    """The text in the reader's language; what it was filled in with is translated too, where that was said as well."""
    if not isinstance(text, Said):
        return gettext(text)
    values = {name: translated(v, gettext) if isinstance(v, Said) else v for name, v in text.values.items()}
    sentence = gettext(text.template)
    return sentence % values if values else sentence


def as_kept(text: str) -> dict[str, Any]:
    """The sentence as JSON that `from_kept` reads again."""
    if not isinstance(text, Said):
        return {"text": str(text), "values": {}}
    values = {name: as_kept(v) if isinstance(v, Said) else str(v) for name, v in text.values.items()}
    return {"text": text.template, "values": values}


def from_kept(kept: Any) -> str:
    """The sentence that `as_kept` made JSON of. A plain string, as rows of long ago hold it, is one too."""
    if not isinstance(kept, Mapping):
        return str(kept)
    values = kept.get("values", {})
    return Said(kept["text"], **{name: from_kept(v) if isinstance(v, Mapping) else v for name, v in values.items()})


def in_field(field: str, error: Exception) -> Said:
    """What is wrong, and in which field or column."""
    return Said("%(field)s: %(reason)s", field=field, reason=reason_of(error))


def reason_of(error: Exception) -> str:
    """What an exception says, as it was said."""
    reason = error.args[0] if error.args else type(error).__name__
    return reason if isinstance(reason, Said) else str(reason)[:200]
