"""Amounts, titles and addresses that came from outside."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.sanity import believable_minor, clean_title, clean_url, exact_minor, storable


@given(st.integers(min_value=-10_000_000_000, max_value=10_000_000_000))
def test_fen_survive_the_way_through_yuan(fen: int) -> None:
    assert exact_minor(Decimal(fen) / 100) == fen
    assert exact_minor(f"{Decimal(fen) / 100}") == fen


@pytest.mark.parametrize(
    ("value", "minor"),
    [(Decimal("19.9"), 1990), ("19.90", 1990), (5, 500), ("0.005", 1), ("-2.00", -200), (0, 0), ("1e2", 10_000)],
)
def test_amounts_are_read_exactly(value: object, minor: int) -> None:
    assert exact_minor(value) == minor


@pytest.mark.parametrize(
    "value",
    [19.9, True, None, "", "面议", "NaN", "Infinity", "1,5", "1_000", Decimal("100000001"), "9" * 400, "-1e9999999"],
)
def test_what_is_no_exact_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="."):
        exact_minor(value)


@pytest.mark.parametrize(
    "value",
    [0, "0.00", Decimal("-12.5"), "面议", Decimal("1e20"), Decimal("1e9999999"), "NaN", -1, Decimal("0.001"), {}, []],
)
def test_an_unbelievable_price_is_left_out_with_a_word(value: object) -> None:
    warnings: list[str] = []
    assert believable_minor(value, name="price", warnings=warnings) is None
    assert len(warnings) == 1
    assert warnings[0].startswith("price ")


def test_no_price_is_no_reason_to_warn() -> None:
    warnings: list[str] = []
    assert believable_minor(None, warnings=warnings) is None
    assert believable_minor("", warnings=warnings) is None
    assert warnings == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  测试牌\n空气炸锅\t5L ", "测试牌 空气炸锅 5L"),
        ("<b>锅</b>", "锅"),
        ("a<script>alert(1)</script>b", "a b"),
        ("a<script>alert(1)", "a"),
        ("&lt;img src=x onerror=alert(1)&gt;锅", "锅"),
        ("&amp;lt;b&amp;gt;锅", "锅"),
        ("锅<img src=x onerror=alert(1)", "锅"),
        ("3 < 5 且 7 > 2", "3 < 5 且 7 > 2"),
        ("\u202egnp.exe\u0000\u200b", "gnp.exe"),
        ("\ud800锅", "锅"),
        ("👨‍👩‍👧 家用", "👨‍👩‍👧 家用"),
        (None, ""),
        (123, "123"),
    ],
)
def test_titles_become_plain_words(text: object, expected: str) -> None:
    assert clean_title(text) == expected


@given(st.text(max_size=500))
def test_a_title_never_holds_a_tag_or_a_control_character(text: str) -> None:
    title = clean_title(text)
    assert len(title) <= 300
    assert "<script" not in title.lower()
    assert all(char >= " " and char != "\x7f" for char in title)
    title.encode("utf-8")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://img.example.com/a.jpg", "https://img.example.com/a.jpg"),
        ("http://img.example.com/a.jpg", "https://img.example.com/a.jpg"),
        ("//img.example.com/a.jpg", "https://img.example.com/a.jpg"),
        ("img.example.com/a.jpg", "https://img.example.com/a.jpg"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://user:pw@img.example.com/", ""),
        ("https:///a.jpg", ""),
        ("https://localhost/a.jpg", ""),
        ("https://10.0.0.1/a.jpg", ""),
        ("https://[::1]/a.jpg", ""),
        ("https://img.example.com/a b.jpg", ""),
        ('https://img.example.com/"onerror=', ""),
        ("https://[bad", ""),
        ("https://img.example.com:99999/", ""),
        ("", ""),
        (None, ""),
        ("https://img.example.com/" + "a" * 3000, ""),
    ],
)
def test_only_https_addresses_with_a_real_host_are_kept(url: object, expected: str) -> None:
    assert clean_url(url) == expected


def test_the_demo_shop_may_serve_plain_pictures_from_loopback() -> None:
    hosts = ("127.0.0.1:8001",)
    assert clean_url("http://127.0.0.1:8001/p/1.svg", plain_hosts=hosts) == "http://127.0.0.1:8001/p/1.svg"
    assert clean_url("http://127.0.0.1:8002/p/1.svg", plain_hosts=hosts) == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_whatever_is_kept_can_be_stored(value: object) -> None:
    written = json.dumps(storable(value), ensure_ascii=False)
    assert "\x00" not in written
    written.encode("utf-8")


def test_fractions_are_kept_as_they_were_written() -> None:
    assert storable({"fee": Decimal("11.10"), "n": [1]}) == {"fee": "11.10", "n": [1]}
