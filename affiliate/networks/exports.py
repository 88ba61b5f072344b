"""Reads the order files that unions' back-ends give out: finds the heading, chooses the profile, makes order lines.

A profile knows one generation of one network's file. Columns are found by name, never by position. A merchant's own
sheet, which looks alike and holds what the merchant pays, is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from affiliate.networks import exports_cells as cells
from affiliate.networks.errors import BadInput
from affiliate.networks.exports_reading import Table, read_tables
from affiliate.networks.privacy import is_personal
from affiliate.networks.types import LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, in_field, reason_of

T = TypeVar("T")

HEADING_ROWS = 20
INCOME = "income_est"
TOTALS = ("合计", "总计", "汇总", "小计", "total")
ROUND_COUNTS = frozenset({5_000, 10_000, 20_000, 50_000, 60_000, 65_535, 100_000})
"""Where consoles cut files off without a word."""

MERCHANT_HEADINGS = (
    "支出",
    "来源或淘客昵称",
    "团长名称",
    "推手duoid",
    "招商duoid",
    "cps达人id",
    "应返商家",
    "机构昵称",
)
"""A heading with one of these makes it the file of who pays, whatever the network."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row of a file, its cells by canonical column. Readers raise ValueError naming the heading."""

    line: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]
    raw: Mapping[str, str]

    def text(self, column: str) -> str:
        return cells.clean_cell(self.cells.get(column, ""))

    def id(self, column: str) -> str:
        return cells.id_cell(self.cells.get(column, ""))

    def amount(self, column: str) -> int:
        return self._read(column, cells.amount_cell)

    def count(self, column: str) -> int:
        return self._read(column, cells.count_cell)

    def time(self, column: str) -> datetime | None:
        return self._read(column, cells.time_cell)

    def has(self, column: str) -> bool:
        """True where the file has the column and this row fills it."""
        return bool(self.text(column))

    def _read(self, column: str, read: Callable[[str], T]) -> T:
        try:
            return read(self.cells.get(column, ""))
        except ValueError as exc:
            raise ValueError(in_field(self.headings.get(column, column), exc)) from None


@dataclass(frozen=True, slots=True)
class ExportProfile:
    """One generation of one network's file.

    `columns` maps canonical columns to the headings they go by; those in `required` must be there. `states` maps the
    file's words to ours; a word that is not there is PENDING and reported. `to_line` makes the line of one row and
    raises ValueError for a row that cannot be read.
    """

    network: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    to_line: Callable[[ExportRow], OrderLine]
    forbidden: tuple[str, ...] = MERCHANT_HEADINGS
    states: Mapping[str, LineState] = field(default_factory=dict)
    id_columns: frozenset[str] = frozenset({"order_no", "line_no", "item_id"})
    key_column: str = "order_no"

    def match(self, heading: Sequence[str]) -> dict[str, int]:
        """Canonical columns to the positions they have under this heading."""
        keys = [cells.heading_key(cell) for cell in heading]
        found: dict[str, int] = {}
        for column, names in self.columns.items():
            position = next((keys.index(key) for name in names if (key := cells.heading_key(name)) in keys), None)
            if position is not None:
                found[column] = position
        return found


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What a file holds: lines, the rows that could not be read, and what the operator should know."""

    lines: tuple[OrderLine, ...]
    rejected: tuple[RejectedRow, ...]
    profile_name: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """A profile laid over one row of one table taken as its heading."""

    profile: ExportProfile
    table: Table
    heading_row: int
    positions: dict[str, int]

    @property
    def missing(self) -> list[str]:
        return [
            self.profile.columns[c][0] for c in self.profile.columns if c in self.profile.required - set(self.positions)
        ]

    @property
    def heading(self) -> list[str]:
        return self.table[self.heading_row]


def read_export(data: bytes, filename: str, profiles: Sequence[ExportProfile]) -> ExportResult:
    """The lines of a file. Raises BadInput where the file as a whole cannot be taken; broken rows are only reported."""
    if not profiles:
        raise BadInput("This network has no order files that can be imported.", code="no_profile")
    match = _best_match(read_tables(data, filename), profiles)
    _refuse_lost_digits(match)
    lines: list[OrderLine] = []
    rejected: list[RejectedRow] = []
    warnings: list[str] = []
    totals: list[ExportRow] = []
    estimates = 0
    for row in _rows(match, rejected, warnings, totals):
        try:
            line, estimate = match.profile.to_line(row), row.amount(INCOME)
        except (ValueError, OverflowError) as exc:
            rejected.append(RejectedRow(row.line, reason_of(exc)))
        else:
            lines.append(line)
            estimates += estimate
    kept = _told_apart(lines, warnings)
    _compare_total(totals, estimates, warnings)
    if len(lines) + len(rejected) in ROUND_COUNTS:
        rows = len(lines) + len(rejected)
        warnings.append(Said("exactly %(rows)s rows: the back-end may have cut the file off", rows=rows))
    unknown = Counter(line.network_state for line in kept if line.unknown_state)
    warnings.extend(
        Said("unknown state %(word)s: %(rows)s rows held as pending", word=repr(word), rows=times)
        for word, times in unknown.items()
    )
    return ExportResult(tuple(kept), tuple(rejected), match.profile.name, tuple(warnings))


def _best_match(tables: Sequence[Table], profiles: Sequence[ExportProfile]) -> _Match:
    """The profile, table and heading that fit best. Raises BadInput naming what is missing or wrong."""
    matches = [
        _Match(profile, table, index, profile.match(row))
        for table in tables
        for index, row in enumerate(table[:HEADING_ROWS])
        for profile in profiles
    ]
    best = max(matches, key=lambda m: (not m.missing, len(m.positions)), default=None)
    _refuse_merchant_files(tables, best)
    if best is None or len(best.positions) < 2:
        raise BadInput(
            "This file has no heading that is known here. Upload the order details (订单明细) of the union's "
            "back-end, unchanged.",
            code="no_heading",
        )
    if best.missing:
        raise BadInput(
            "This file lacks columns that are needed: %(columns)s. Nothing was imported; download the order details "
            "again with all columns.",
            code="missing_columns",
            values={"columns": ", ".join(best.missing)},
        )
    return best


def _refuse_merchant_files(tables: Sequence[Table], best: _Match | None) -> None:
    """Raise BadInput where a heading shows that the file is the payer's: its money is not ours."""
    forbidden = {cells.heading_key(word) for word in (best.profile.forbidden if best else MERCHANT_HEADINGS)}
    near = [best.heading] if best is not None and len(best.positions) >= 2 else []
    sure = best is not None and not best.missing
    exact = [] if sure else [row for table in tables for row in table[:HEADING_ROWS]]
    for row in near + exact:
        keys = [cells.heading_key(cell) for cell in row]
        hit = next((k for k in keys if (k in forbidden or (row in near and any(word in k for word in forbidden)))), "")
        if hit:
            raise BadInput(
                "This is the merchant's file, not the promoter's: the column “%(column)s” is about what the merchant "
                "pays. Nothing was imported.",
                code="merchant_file",
                values={"column": hit},
            )


def _refuse_lost_digits(match: _Match) -> None:
    """Raise BadInput where a spreadsheet has rounded ids: they name other orders now, and nobody can tell which."""
    for column in sorted(match.profile.id_columns & set(match.positions)):
        position = match.positions[column]
        values = [row[position] for row in match.table[match.heading_row + 1 :] if position < len(row)]
        if any(cells.is_scientific(value) for value in values) or _zeroed([cells.id_cell(value) for value in values]):
            raise BadInput(
                "A spreadsheet has rounded the numbers in “%(column)s” (as in 5.12E+17), and the lost digits cannot be "
                "brought back. Nothing was imported; upload the file as downloaded, never opened and saved.",
                code="lost_digits",
                values={"column": match.heading[position].strip()},
            )


def _zeroed(ids: Iterable[str]) -> bool:
    """True where more long ids end in zeros from the 16th digit on than chance would bring."""
    long, zeroed = Counter[int](), Counter[int]()
    for text in ids:
        if len(text) > 15 and text.isdecimal():
            long[len(text)] += 1
            zeroed[len(text)] += not text[15:].strip("0")
    return any(zeroed[size] > 3 * times / 10 ** (size - 15) + 0.5 for size, times in long.items())


def _rows(
    match: _Match, rejected: list[RejectedRow], warnings: list[str], totals: list[ExportRow]
) -> Iterable[ExportRow]:
    """The rows under the heading that are orders; totals are set aside, notes passed over, misshapen rows rejected."""
    heading = [cells.clean_cell(cell) for cell in match.heading]
    names = {column: heading[position] for column, position in match.positions.items()}
    key = match.positions[match.profile.key_column]
    for index, row in enumerate(match.table[match.heading_row + 1 :], match.heading_row + 2):
        filled = [cell for cell in row if cells.clean_cell(cell)]
        if not filled:
            continue
        found = {column: row[position] for column, position in match.positions.items() if position < len(row)}
        if cells.clean_cell(filled[0]).rstrip("：:").lower() in TOTALS:
            totals.append(ExportRow(index, found, names, {}))
            continue
        order_no = cells.clean_cell(row[key]) if key < len(row) else ""
        if len(filled) * 2 < len(heading) and (not order_no or not order_no.isascii()):
            warnings.append(Said("line %(line)s has no order number and was passed over as a note", line=index))
            continue
        if not order_no:
            rejected.append(RejectedRow(index, Said("%(field)s is missing", field=names[match.profile.key_column])))
            continue
        if any(cells.clean_cell(cell) for cell in row[len(heading) :]):
            rejected.append(RejectedRow(index, Said("the row has more cells than the heading")))
            continue
        raw = {
            name: cell.strip()[:500] for name, cell in zip(heading, row, strict=False) if name and not is_personal(name)
        }
        yield ExportRow(index, found, names, raw)


def _compare_total(totals: Sequence[ExportRow], ours: int, warnings: list[str]) -> None:
    """Warn where the file's own last total of estimated commission is not the sum of its rows."""
    with suppress(ValueError):
        stated = totals[-1].amount(INCOME) if totals and totals[-1].has(INCOME) else ours
        if stated != ours:
            values = {"line": totals[-1].line, "stated": Decimal(stated) / 100, "ours": Decimal(ours) / 100}
            warnings.append(Said("line %(line)s states a total of %(stated)s, the rows read make %(ours)s", **values))


def _told_apart(lines: Iterable[OrderLine], warnings: list[str]) -> list[OrderLine]:
    """Without exact doubles. Different rows under one key are both kept, the later with a running number."""
    seen: dict[str, list[OrderLine]] = {}
    kept: list[OrderLine] = []
    for line in lines:
        earlier = seen.setdefault(line.line_id, [])
        if line in earlier:
            continue
        earlier.append(line)
        if len(earlier) > 1:
            warnings.append(
                Said("order %(order)s has several rows for one item; they are kept apart", order=line.order_id)
            )
            line = replace(line, line_id=f"{line.line_id}#{len(earlier)}")
        kept.append(line)
    return kept
