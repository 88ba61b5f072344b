"""JSON answers: what is read, and what each kind of wrong answer is called."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.errors import ProtocolError
from affiliate.networks.transport import parse_json


def read(content: bytes) -> object:
    return parse_json(httpx.Response(200, content=content), "shop")


def test_fractions_are_exact() -> None:
    assert read(b'{"fee": 11.12, "n": 3}') == {"fee": Decimal("11.12"), "n": 3}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf\n <?xml version='1.0'?>", "html"),
        ("登录".encode("gbk"), "encoding"),
        (b'{"a": 1', "not_json"),
        (b"OK", "not_json"),
        (b'{"price": NaN}', "not_json"),
        (b'{"price": Infinity}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"1" * 5_000, "not_json"),
    ],
)
def test_what_is_not_json_is_told_for_what_it_is(content: bytes, code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(content)
    assert caught.value.code == code
    assert len(caught.value.detail) <= 300


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_a_protocol_error(content: bytes) -> None:
    try:
        read(content)
    except ProtocolError as error:
        assert error.network == "shop"
