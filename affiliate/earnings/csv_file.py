"""Tables handed out as CSV: streamed, read as UTF-8 by spreadsheets, and no cell runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import translation

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """What strangers wrote must not run as a formula where the file is opened."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(STARTS_FORMULA) or text.startswith(STARTS_FORMULA) else text


def streamed(rows: Iterable[Sequence[str]], name: str) -> StreamingHttpResponse:
    """The rows as a download of any length, in the language in force now."""
    spoken = _spoken(rows, translation.get_language())
    response = StreamingHttpResponse(_written(spoken), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _spoken(rows: Iterable[Sequence[str]], language: str | None) -> Iterator[Sequence[str]]:
    """Rows are made while the answer is sent, when the reader's language is in force no more."""
    made = iter(rows)
    while True:
        with translation.override(language):
            row = next(made, None)
        if row is None:
            return
        yield row


def _written(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff"  # without it spreadsheets do not read UTF-8
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(row)


class _Echo:
    """A file that gives back what is written to it, so that a long file streams."""

    def write(self, text: str) -> str:
        return text
