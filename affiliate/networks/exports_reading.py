"""Turns the bytes of a file into tables of text. Decides by content, never by the file's name: unions give out text
tables and HTML as `.xls`, and workbooks whose declared size is one cell.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from html.parser import HTMLParser
from typing import Any

from affiliate.networks.errors import BadInput

Table = list[list[str]]

LARGEST_FILE = 30 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 400

csv.field_size_limit(LARGEST_FILE)  # a quotation mark left open makes one cell of what follows
_UNREADABLE = "This file cannot be read. Upload the file as the union's back-end gave it out, unchanged."


def read_tables(data: bytes, filename: str = "") -> list[Table]:
    """Every table of the file, cells as text. Raises BadInput for what is no table."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    if name.startswith(("~$", ".~")):
        raise BadInput(
            "This is the lock file of an open spreadsheet. Close the spreadsheet and upload the file itself.",
            code="lock_file",
        )
    if not data.strip(b"\x00 \r\n\t"):
        raise BadInput("This file is empty.", code="empty")
    if len(data) > LARGEST_FILE:
        raise BadInput("This file is too large. Export a shorter period, and import the parts.", code="too_large")
    if data.startswith(b"PK"):
        tables = _xlsx(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        tables = _xls(data)
    else:
        text = decode(data)
        tables = _markup(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else [_delimited(text)]
    return [table for table in tables if any(any(cell.strip() for cell in row) for row in table)]


def decode(data: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else UTF-16, else GB18030: each strictly. Raises BadInput."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, (encoding,))
    zeros = data[:4000].count(0)
    if zeros > len(data[:4000]) // 8:
        even = data[:4000:2].count(0)
        return _strictly(data, ("utf-16-be",) if even > zeros - even else ("utf-16-le",))
    return _strictly(data, ("utf-8", "utf-16-le", "gb18030") if zeros else ("utf-8", "gb18030"))


def _strictly(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise BadInput(_UNREADABLE, code="encoding", detail=f"not {', '.join(encodings)}")


def _delimited(text: str) -> Table:
    """Text of cells between tabs, commas or semicolons, whichever the first lines use most."""
    head = text[:20_000].splitlines()[:20]
    counts = {mark: [line.count(mark) for line in head] for mark in "\t,;"}
    delimiter = max(counts, key=lambda mark: (max(counts[mark], default=0), sum(counts[mark])))
    try:
        table = _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        if text.count('"') % 2 or _swallows_rows(table, delimiter):
            table = _bounded(_line_by_line(text, delimiter))
        return table
    except csv.Error as exc:
        raise BadInput(_UNREADABLE, code="csv", detail=str(exc)) from exc


def _swallows_rows(table: Table, delimiter: str) -> bool:
    """True where a cell holds whole rows of the file, because a quotation mark before it was never closed."""
    width = max(map(len, table), default=0)
    return any("\n" in cell and cell.count(delimiter) >= max(width - 1, 1) for row in table for cell in row)


def _line_by_line(text: str, delimiter: str) -> Iterable[list[str]]:
    """Every line a row of its own, so that a quotation mark left open costs its own row and no other."""
    for line in io.StringIO(text, newline=None):
        yield from csv.reader([line], delimiter=delimiter)


def _bounded(rows: Iterable[Iterable[Any]]) -> Table:
    table: Table = []
    for row in rows:
        table.append([_as_text(cell) for cell in list(row)[:MOST_COLUMNS]])
        if len(table) > MOST_ROWS:
            raise BadInput("This file has too many rows. Export a shorter period, and import the parts.", code="rows")
    while table and not any(cell.strip() for cell in table[-1]):
        table.pop()
    return table


def _as_text(cell: Any) -> str:
    """A spreadsheet's value as a person sees it. Fractions keep their shortest exact form; large ones stay scientific,
    so that ids with lost digits are noticed.
    """
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M:%S")
        case date() | time():
            return cell.isoformat()
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case _:
            return str(cell)


def _xlsx(data: bytes) -> list[Table]:
    import openpyxl  # 15 MB that only a process needs that meets a workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise BadInput("This file is too large once unpacked.", code="too_large")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError) as exc:
        raise BadInput(_UNREADABLE, code="xlsx", detail=f"{type(exc).__name__}: {exc}"[:200]) from exc
    try:
        tables = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some exporters declare A1 and fill a thousand rows
            tables.append(_bounded(sheet.iter_rows(values_only=True)))
        return tables
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError) as exc:
        raise BadInput(_UNREADABLE, code="xlsx", detail=f"{type(exc).__name__}: {exc}"[:200]) from exc
    finally:
        book.close()


def _xls(data: bytes) -> list[Table]:
    import xlrd  # as openpyxl: only where it is needed

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
        return [_bounded(_xls_rows(book, sheet)) for sheet in book.sheets()]
    except BadInput:
        raise
    except Exception as exc:  # xlrd meets broken files with IndexError, struct.error, AssertionError and more
        raise BadInput(_UNREADABLE, code="xls", detail=f"{type(exc).__name__}: {exc}"[:200]) from exc


def _xls_rows(book: Any, sheet: Any) -> Iterable[list[Any]]:
    import xlrd

    for index in range(sheet.nrows):
        yield [
            xlrd.xldate_as_datetime(cell.value, book.datemode) if cell.ctype == xlrd.XL_CELL_DATE else cell.value
            for cell in sheet.row(index)
        ]


def _markup(text: str) -> list[Table]:
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    if not reader.tables:
        raise BadInput(_UNREADABLE, code="html", detail="no table in the page")
    return reader.tables


class _TableReader(HTMLParser):
    """Reads HTML tables and SpreadsheetML (`<Row><Cell ss:Index="3"><Data>`) alike. Expands no entity of a DTD."""

    ROW, CELL, TABLE = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"}), frozenset({"table"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rsplit(":", 1)[-1]
        if tag in self.TABLE:
            self.tables.append([])
        elif tag in self.ROW:
            self._open_row()
        elif tag in self.CELL:
            self._open_cell(dict(attrs))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def _open_row(self) -> None:
        self._close_cell()
        if not self.tables:
            self.tables.append([])
        if len(self.tables[-1]) >= MOST_ROWS:
            raise BadInput("This file has too many rows. Export a shorter period, and import the parts.", code="rows")
        self.tables[-1].append([])

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        self._close_cell()
        if not self.tables or not self.tables[-1]:
            self._open_row()
        row = self.tables[-1][-1]
        index = attrs.get("ss:index") or ""
        if re.fullmatch(r"\d{1,3}", index) and int(index) <= MOST_COLUMNS:
            row.extend([""] * (int(index) - 1 - len(row)))
        self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag.rsplit(":", 1)[-1] in self.CELL | self.ROW | self.TABLE:
            self._close_cell()

    def close(self) -> None:
        super().close()
        self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None
