"""Reads a merchant's product feed row by row: CSV, workbook or JSON, told by content and never by name.

Nothing is held whole but one row (and a workbook's table of strings, whose size is checked first), so that a large
feed costs disk and time but no memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from affiliate.networks import exports_cells as cells
from affiliate.networks.errors import BadInput
from affiliate.networks.sanity import storable

MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
LARGEST_UNPACKED = 400 * 1024 * 1024
LARGEST_STRINGS = 48 * 1024 * 1024
PIECE = 256 * 1024
HEADING_ROWS = 10
DEEPEST = 30
"""Containers within containers in a JSON feed."""
LISTS = ("", "products", "items", "data", "goods", "list", "data.items", "data.products", "data.list")
"""Where in a JSON document the products may stand."""

COLUMNS = {
    "item_id": ("id", "item_id", "sku", "product_id", "商品ID", "商品编号", "货号"),
    "title": ("title", "name", "product_name", "商品名称", "商品标题", "标题", "名称"),
    "url": ("link", "url", "product_url", "商品链接", "链接"),
    "image_url": ("image_link", "image_url", "image", "picture", "主图", "图片", "图片链接"),
    "price": ("price", "regular_price", "原价", "价格", "售价", "商品价格"),
    "sale_price": ("sale_price", "final_price", "promotion_price", "券后价", "促销价", "活动价", "到手价"),
    "currency": ("currency", "币种"),
    "available": ("availability", "available", "in_stock", "stock", "库存", "库存状态", "是否有货", "上架状态"),
    "brand": ("brand", "品牌"),
    "barcode": ("gtin", "ean", "upc", "barcode", "条码", "条形码", "商品条码", "69码", "国际条码"),
    "model": ("mpn", "model", "型号", "商品型号"),
}
NEEDED = ("title", "price")
_KEYS = {cells.heading_key(name): column for column, names in COLUMNS.items() for name in names}
_UNREADABLE = (
    "This feed cannot be read: it is neither a CSV table, nor a workbook (xlsx), nor JSON. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One product as the feed tells it: texts by our column; `line` counts as a person sees the file."""

    line: int
    cells: Mapping[str, str]
    wide: bool = False
    """The row has more cells than the heading: nobody can say which is which."""

    def text(self, column: str) -> str:
        return cells.clean_cell(self.cells.get(column, ""))


def read_rows(file: IO[bytes]) -> Iterator[FeedRow]:
    """Every row that holds something. The file must be seekable. Raises BadInput where it cannot be taken as a whole:
    no feed, a heading without the columns that are needed, too many rows.
    """
    file.seek(0)
    start = file.read(4096)
    if not start.strip(b"\x00 \r\n\t"):
        raise BadInput("The feed is empty. Nothing was changed.", code="empty")
    if start.startswith(b"PK"):
        rows = _under_heading(_workbook(file))
    elif start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        rows = _json(file)
    elif start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise BadInput(_UNREADABLE, code="markup")
    else:
        rows = _under_heading(_delimited(file))
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise BadInput(
                "The feed has more than %(rows)s products. Nothing was changed.",
                code="rows",
                values={"rows": str(MOST_ROWS)},
            )
        yield row


def _under_heading(table: Iterable[tuple[int, list[str]]]) -> Iterator[FeedRow]:
    """Rows by our columns. The heading is the first of the first rows that has what is needed."""
    rows = iter(table)
    heading: list[str] = []
    seen: list[str] = []
    for count, (_line, row) in enumerate(rows, 1):
        heading = [_KEYS.get(cells.heading_key(cell), "") for cell in row]
        if _enough(heading):
            break
        seen += [cells.clean_cell(cell) for cell in row]
        if count >= HEADING_ROWS:
            heading = []
            break
    if not _enough(heading):
        raise BadInput(
            "The feed has no heading with id or link, title and price. Nothing was changed; name the columns as in the "
            "description of feeds.",
            code="no_heading",
            detail=", ".join(filter(None, seen))[:200],
        )
    for line, row in rows:
        if any(cells.clean_cell(cell) for cell in row):
            found: dict[str, str] = {}
            for column, cell in zip(heading, row, strict=False):
                if column and column not in found:
                    found[column] = str(storable(cell[:LONGEST_CELL]))
            yield FeedRow(line, found, wide=any(cells.clean_cell(cell) for cell in row[len(heading) :]))


def _enough(columns: Iterable[str]) -> bool:
    there = set(columns)
    return set(NEEDED) <= there and bool(there & {"item_id", "url"})


def _delimited(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Text between tabs, commas or semicolons. Where a quotation mark is left open every line is a row of its own, so
    that it costs its own row and no other.
    """
    encoding, open_quote = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        head = text.read(20_000).splitlines()[:20]
        counts = {mark: sum(line.count(mark) for line in head) for mark in "\t,;"}
        delimiter = max(counts, key=lambda mark: counts[mark])
        text.seek(0)
        if open_quote:
            for number, line in enumerate(text, 1):
                yield from ((number, row[:MOST_COLUMNS]) for row in csv.reader([line], delimiter=delimiter))
            return
        reader = csv.reader(text, delimiter=delimiter)
        begins = 1
        for row in reader:
            yield begins, row[:MOST_COLUMNS]
            begins = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as exc:
        raise BadInput(_UNREADABLE, code="csv", detail=type(exc).__name__) from exc
    finally:
        text.detach()


def _encoding(file: IO[bytes]) -> tuple[str, bool]:
    """The encoding of the whole file: by its mark, else UTF-8, else GB18030, each strictly; and whether its quotation
    marks are odd in number. Raises BadInput where none fits.
    """
    file.seek(0)
    start = file.read(4)
    names = ["utf-8", "gb18030"]
    if start.startswith(b"\xef\xbb\xbf"):
        names = ["utf-8-sig"]
    elif start.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    for name in names:
        file.seek(0)
        decoder, quotes, zeros = codecs.getincrementaldecoder(name)("strict"), 0, False
        try:
            while piece := file.read(PIECE):
                text = decoder.decode(piece)
                quotes += text.count('"')
                zeros = zeros or "\x00" in text
            quotes += decoder.decode(b"", final=True).count('"')
        except UnicodeDecodeError:
            continue
        if not zeros:
            return name, bool(quotes % 2)
    raise BadInput(
        "The feed's text is neither UTF-8 nor GB18030. Save it in one of the two. Nothing was changed.", code="encoding"
    )


def _workbook(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that holds any."""
    import openpyxl  # 15 MB that only a process needs that meets a workbook

    broken = (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, EOFError)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            strings = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED or strings > LARGEST_STRINGS:
                raise BadInput("The feed is too large once unpacked. Nothing was changed.", code="too_large")
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets[:1]:
                sheet.reset_dimensions()
                for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
                    yield number, [_as_text(cell) for cell in row]
        finally:
            book.close()
    except broken as exc:
        raise BadInput(_UNREADABLE, code="xlsx", detail=type(exc).__name__) from exc


def _json(file: IO[bytes]) -> Iterator[FeedRow]:
    """Products of a list; where a list has none of our fields, its rows are reported one by one further on."""
    import ijson

    file.seek(0)
    file.seek(3 if file.read(3) == b"\xef\xbb\xbf" else 0)
    number = 0
    try:
        for number, product in enumerate(_products(ijson.basic_parse(file), ijson.ObjectBuilder), 1):
            yield FeedRow(number, _fields(product))
    except (ijson.JSONError, UnicodeDecodeError, ValueError, RecursionError, ArithmeticError) as exc:
        raise BadInput(
            "The feed's JSON is broken or cut off. Nothing was changed.", code="json", detail=type(exc).__name__
        ) from exc
    if not number:
        raise BadInput("The feed's JSON holds no list of products. Nothing was changed.", code="no_list")


def _products(events: Iterable[tuple[str, Any]], make_builder: Callable[[], Any]) -> Iterator[Any]:
    """The values of the first list that stands where products may. Reads on to the end, which proves it whole."""
    names: list[str] = []
    """Of the containers that are open; a list's own values have none."""
    key, list_at, builder = "", 0, None
    for event, value in events:
        opens, closes = event.startswith("start_"), event.startswith("end_")
        if builder is not None or (list_at == len(names) > 0 and not closes):
            builder = builder or make_builder()
            builder.event(event, value)
        if event == "map_key":
            key = value
        elif opens:
            names.append(key)
            key = ""
            if len(names) > DEEPEST:
                raise ValueError("too deep")
            if event == "start_array" and not list_at and ".".join(names[1:]) in LISTS:
                list_at = len(names)
        elif closes:
            names.pop()
            list_at = -1 if len(names) < list_at else list_at
        if builder is not None and len(names) == list_at and event != "map_key":
            yield builder.value
            builder = None


def _fields(product: Any) -> dict[str, str]:
    """An object's plain values by our columns; numbers exactly as written."""
    found: dict[str, str] = {}
    for name, value in product.items() if isinstance(product, Mapping) else ():
        column = _KEYS.get(cells.heading_key(str(name)[:60]), "")
        if column and column not in found and (text := _as_text(value)):
            found[column] = str(storable(text[:LONGEST_CELL]))
    return found


def _as_text(value: Any) -> str:
    """A cell as a person sees it; "" for what is no single value."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)
