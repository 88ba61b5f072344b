"""Files by their bytes: encodings, delimiters, workbooks, and HTML that calls itself a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.errors import BadInput
from affiliate.networks.exports_reading import read_tables

SAMPLES = Path(__file__).parent / "samples"
TEXT = '订单号,商品名称\n1,测试牌 锅\n2,"逗号,在内"\n'
ROWS = [["订单号", "商品名称"], ["1", "测试牌 锅"], ["2", "逗号,在内"]]


def workbook(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def with_declared_size(data: bytes, size: str) -> bytes:
    """The same workbook, its sheet declaring another size."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{size}"'.encode(), content)
                assert size.encode() in content
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_that_unions_use(encoding: str) -> None:
    assert read_tables(TEXT.encode(encoding), "x.csv") == [ROWS]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in ROWS)
    assert read_tables(text.encode("gb18030"), "x.xls") == [ROWS]


def test_a_workbook_is_read_with_ids_whole_and_times_as_text() -> None:
    data = workbook(
        ["订单号", "时间", "金额"],
        [310000000001, datetime.fromisoformat("2025-06-01 07:41:10"), 11.12],
        [None, None, 3.0],
    )
    assert read_tables(data, "x.xlsx") == [
        [["订单号", "时间", "金额"], ["310000000001", "2025-06-01 07:41:10", "11.12"], ["", "", "3"]]
    ]


def test_a_workbook_that_declares_one_cell_is_read_whole() -> None:
    data = with_declared_size(workbook(["a", "b"], ["1", "2"], ["3", "4"]), "A1")
    assert read_tables(data, "x.xlsx") == [[["a", "b"], ["1", "2"], ["3", "4"]]]


def test_a_true_old_workbook_is_read() -> None:
    cover, orders = read_tables((SAMPLES / "jd_console.xls").read_bytes(), "x.xls")
    assert cover == [["订单明细导出说明"]]
    assert orders[1][:5] == ["310000000001", "0", "已付款", "2025-06-01 07:41:10", "100000000001"]


def test_html_that_calls_itself_a_workbook_is_read() -> None:
    text = "<html><body><table><tr><th>订单号</th><th>名</th></tr><tr><td>1</td><td>a&amp;b<br>c</td></tr></table>"
    assert read_tables(text.encode("gb18030"), "x.xls") == [[["订单号", "名"], ["1", "a&b c"]]]


def test_html_without_closing_tags_is_read() -> None:
    assert read_tables(b"<table><tr><td>1<td>2<tr><td>3<td>4", "x.xls") == [[["1", "2"], ["3", "4"]]]


def test_spreadsheet_xml_is_read_with_its_skipped_cells() -> None:
    text = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
    <Workbook xmlns:ss="urn:x"><Worksheet ss:Name="1"><Table>
    <Row><Cell><Data ss:Type="String">订单号</Data></Cell>
    <Cell ss:Index="3"><Data ss:Type="String">名</Data></Cell></Row>
    </Table></Worksheet></Workbook>"""
    assert read_tables(text.encode(), "x.xls") == [[["订单号", "", "名"]]]


def test_entities_of_a_document_type_are_not_expanded() -> None:
    text = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><table><tr><td>&a;</td></tr></table>'
    assert read_tables(text.encode(), "x.xls") == [[["&a;"]]]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "x.csv", "empty"),
        (b"\x00\x00 \n", "x.csv", "empty"),
        (b"x", "~$orders.xlsx", "lock_file"),
        (b"x", "C:\\files\\.~orders.xlsx", "lock_file"),
        (b"PK\x03\x04 broken", "x.xlsx", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "x.xls", "xls"),
        (b"<html><body>login</body></html>", "x.xls", "html"),
        (b"\x80\x81\xff\xfe\xfd", "x.csv", "encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_tables(data, name)
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders.csv", TEXT)
    with pytest.raises(BadInput):
        read_tables(out.getvalue(), "x.xlsx")


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affiliate.networks.exports_reading.LARGEST_UNPACKED", 100)
    with pytest.raises(BadInput) as caught:
        read_tables(workbook(["a"]), "x.xlsx")
    assert caught.value.code == "too_large"


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_tables_or_a_refusal(data: bytes, start: bytes) -> None:
    try:
        tables = read_tables(start + data, "x")
    except BadInput:
        return
    assert all(isinstance(cell, str) for table in tables for row in table for cell in row)
