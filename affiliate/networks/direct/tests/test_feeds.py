"""Merchants' product feeds: three formats and every encoding end in the same products; bad rows are named."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.direct import feed_reading, feeds
from affiliate.networks.direct.feed_reading import read_rows
from affiliate.networks.direct.feeds import Terms, digest_of, identity_of, snapshot_of
from affiliate.networks.errors import BadInput
from affiliate.networks.tests.gateways.direct import MERCHANT

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FARM = feeds.merchant_of(MERCHANT)
TERMS = Terms(FARM, in_minor_units=False)
PRODUCTS = [
    {
        "id": "honey-500", "title": "蜂蜜 500 克", "link": "https://shop.farm.example/p/honey-500", "price": "59.80",
        "sale_price": "49.9", "image_link": "https://img.farm.example/h.jpg", "availability": "in stock",
        "brand": "麦田",
    },
    {
        "id": "flour", "title": "面粉, “高筋”", "link": "https://shop.farm.example/p/flour", "price": "1,234.50",
        "sale_price": "", "image_link": "", "availability": "无货", "brand": "",
    },
]  # fmt: skip


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[dict[str, str]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def products(data: bytes) -> list[Any]:
    return [snapshot_of(row, TERMS, NOW) for row in read_rows(io.BytesIO(data))]


@pytest.mark.parametrize(
    "data",
    [
        as_csv(PRODUCTS),
        as_csv(PRODUCTS, "utf-8-sig"),
        as_csv(PRODUCTS, "gb18030"),
        as_csv(PRODUCTS, "utf-16"),
        as_csv(PRODUCTS, delimiter="\t"),
        as_xlsx(PRODUCTS),
        json.dumps(PRODUCTS).encode(),
        json.dumps({"updated": 1, "data": {"items": PRODUCTS}}, ensure_ascii=False).encode("utf-8-sig"),
    ],
    ids=["csv", "bom", "gb18030", "utf16", "tabs", "xlsx", "json", "nested"],
)
def test_every_format_and_encoding_ends_in_the_same_products(data):
    honey, flour = products(data)
    assert (honey.ref.item_id, honey.title, honey.url) == ("farm:honey-500", "蜂蜜 500 克", PRODUCTS[0]["link"])
    assert (honey.price_minor, honey.final_price_minor, honey.available, honey.source) == (5980, 4990, True, "feed")
    assert honey.commission_minor == 399
    assert (flour.price_minor, flour.final_price_minor, flour.available) == (123_450, 123_450, False)


def test_a_product_goes_by_the_name_that_a_pasted_link_has():
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | {"id": "SKU 9"}]))))
    assert identity_of(row, FARM) == "farm:honey-500"
    bare = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | {"link": ""}]))))
    assert snapshot_of(bare, TERMS, NOW).url == "https://shop.farm.example/p/honey-500"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"link": "https://evil.example/p/1"}, "evil.example"),
        ({"link": "javascript:alert(1)"}, "not a host"),
        ({"link": "", "id": ""}, "neither link nor id"),
        ({"link": "", "id": "../admin"}, "neither link nor id"),
        ({"title": " "}, "title"),
        ({"price": ""}, "price"),
        ({"price": "0"}, "price"),
        ({"price": "-5"}, "price"),
        ({"price": "USD 5"}, "price"),
        ({"price": "99999999999"}, "price"),
        ({"sale_price": "60"}, "above the price"),
        ({"sale_price": "free"}, "sale_price"),
    ],
)
def test_a_row_that_cannot_be_right_says_why(wrong, word):
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | wrong]))))
    with pytest.raises(ValueError, match=word):
        snapshot_of(row, TERMS, NOW)


def test_another_currency_is_refused_and_yen_have_no_hundredths():
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | {"currency": "USD"}]))))
    with pytest.raises(ValueError, match="USD"):
        snapshot_of(row, TERMS, NOW)
    yen = Terms(feeds.merchant_of(MERCHANT | {"currency": "JPY"}), in_minor_units=False)
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | {"price": "JPY 1200", "sale_price": ""}]))))
    assert snapshot_of(row, yen, NOW).price_minor == 1200


def test_prices_in_the_smallest_unit_are_read_as_such_and_never_with_a_point():
    minor = Terms(FARM, in_minor_units=True)
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0] | {"price": "5980", "sale_price": ""}]))))
    assert snapshot_of(row, minor, NOW).price_minor == 5980
    row = next(read_rows(io.BytesIO(as_csv([PRODUCTS[0]]))))
    with pytest.raises(ValueError, match="price"):
        snapshot_of(row, minor, NOW)


def test_lines_are_counted_as_a_person_sees_them():
    data = b'id,title,price,link\n1,"two\nlines",5,\n\n2,b,6,\n3,c,7,,extra\n'
    rows = list(read_rows(io.BytesIO(data)))
    assert [(row.line, row.wide) for row in rows] == [(2, False), (5, False), (6, True)]


def test_a_quotation_mark_left_open_costs_its_own_row_alone():
    data = b'id,title,price\n1,"open,5\n2,b,6\n3,c,7\n'
    assert [row.text("item_id") for row in read_rows(io.BytesIO(data))] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \n ", b"\x00" * 50, b"a,b\n1,2\n", b"title,price\nx,1\n", b"<html></html>", b"PK\x03\x04nothing",
        b"{}", b'{"products": 5}', b"[{", b'[{"id": "1"', b"\xff\xfe\x00\xd8" * 9, b"\x81\xff,\xff\xff\n" * 9,
        b"[" * 100_000, b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_in_plain_words(data):
    with pytest.raises(BadInput) as refused:
        list(read_rows(io.BytesIO(data)))
    assert "Nothing was changed" in refused.value.message


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data):
    try:
        for row in read_rows(io.BytesIO(b"id,title,price\n" + data)):
            try:
                snapshot_of(row, TERMS, NOW)
            except ValueError:
                continue
    except BadInput:
        pass


def test_a_workbook_that_swells_is_refused_before_it_is_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * (feed_reading.LARGEST_STRINGS + 1))
    with pytest.raises(BadInput, match="unpacked"):
        list(read_rows(file))


def test_more_products_than_can_be_meant_are_refused(monkeypatch):
    monkeypatch.setattr(feed_reading, "MOST_ROWS", 1)
    with pytest.raises(BadInput, match="more than 1 products"):
        list(read_rows(io.BytesIO(as_csv(PRODUCTS))))


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_large_feed_is_read_in_little_memory(kind, tmp_path):
    path = tmp_path / "feed"
    with path.open("w", encoding="utf-8") as file:
        if kind == "csv":
            file.write("id,title,price,description\n")
            file.writelines(f"{n},t,5,{'x' * 1000}\n" for n in range(20_000))
        else:
            file.write("[")
            file.writelines(f'{{"id":"{n}","title":"t","price":5,"d":"{"x" * 1000}"}},' for n in range(20_000))
            file.write('{"id":"z","title":"t","price":5}]')
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            count = sum(1 for _row in read_rows(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count >= 20_000
    assert peak < 4_000_000


def test_a_row_that_says_the_same_has_the_same_digest_and_another_rate_another():
    first, again = (next(read_rows(io.BytesIO(data))) for data in (as_csv(PRODUCTS), as_xlsx(PRODUCTS)))
    assert digest_of(first, TERMS) == digest_of(again, TERMS)
    other = Terms(feeds.merchant_of(MERCHANT | {"commission_rate_bp": 900}), in_minor_units=False)
    assert digest_of(first, TERMS) != digest_of(first, other)


@pytest.mark.parametrize("names", [("gtin", "mpn"), ("商品条码", "型号"), ("EAN", "Model")])
def test_barcode_and_model_are_read_under_the_names_that_feeds_use(names):
    row = {**PRODUCTS[0], names[0]: "6901234567892", names[1]: "WH-1000XM5"}
    found = products(as_csv([row]))[0]
    assert (found.barcode, found.model) == ("6901234567892", "WH-1000XM5")
