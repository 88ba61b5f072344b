"""Links, titles and prices in pasted texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.text import find_urls, share_hints

A = "https://a.example.com/x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"看{A}，好", [A]),
        (f"（{A}）", [A]),
        (f"({A})", [A]),
        (f"「{A}」【{A}】", [A]),
        (f"{A}。{A}2", [A, A + "2"]),
        (f"😀{A}😀", [A]),
        (f"{A}...", [A]),
        (f"{A}!!", [A]),
        (f"<a href='{A}'>", [A]),
        (f"[x]({A})", [A]),
        ("a.example.com/x", [A]),
        ("看a.example.com/x好", [A]),
        ("www.example.com", []),
        ("a.example.com", []),
        ("http://localhost:8001/item/1", ["http://localhost:8001/item/1"]),
        ("127.0.0.1:8001/item/1", ["https://127.0.0.1:8001/item/1"]),
        ("https://a.example.com/x_(y)", ["https://a.example.com/x_(y)"]),
        ("(https://a.example.com/x_(y))", ["https://a.example.com/x_(y)"]),
        ("ｈｔｔｐｓ：／／ａ．ｅｘａｍｐｌｅ．ｃｏｍ／ｘ", [A]),
        ("https：//a.example.com/x？id=1", [A + "?id=1"]),
        ("https://a.example.com/x？真的吗", [A]),
        ("https:\\/\\/a.example.com\\/x", [A]),
        (f"{A}?a=1&amp;b=2", [A + "?a=1&b=2"]),
        (f"{A},{A}2", [A, A + "2"]),
        (f"{A}{A}2", [A, A + "2"]),
        (f"{A}?u={A}2", [f"{A}?u={A}2"]),
        (f"{A}#{A}2", [f"{A}#{A}2"]),
        ("//a.example.com/x", [A]),
        ("ftp://a.example.com/x", []),
        (f"{A}~", [A]),
        ("me@a.example.com/x", []),
        ("https://", []),
        ("没有链接", []),
        ("", []),
    ],
)
def test_links_are_cut_out_of_their_surroundings(text: str, expected: list[str]) -> None:
    assert list(find_urls(text)) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("【京东】https://3.cn/x 「测试牌 空气炸锅」", "测试牌 空气炸锅"),
        ("【淘宝】7天无理由退货 https://m.tb.cn/h.x CZ0001 「保温杯 500ml」", "保温杯 500ml"),
        ("【测试牌 空气炸锅 5L】", "测试牌 空气炸锅 5L"),
        ("《测试牌锅》", "测试牌锅"),
        ("【在售价】199元【券后价】159元", ""),
        ("「<b>锅</b> 大号」", "锅 大号"),
        ("没有", ""),
    ],
)
def test_titles_come_out_of_brackets_that_are_not_labels(text: str, title: str) -> None:
    assert share_hints(text).get("title", "") == title


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("¥19.9", "19.9"),
        ("￥1,299", "1299"),
        ("19.9元", "19.9"),
        ("原价¥199 券后¥159", "159"),
        ("到手价：159.00", "159.00"),
        ("【在售价】199.00元\n【券后价】159.00元", "159.00"),
        ("满199减40", ""),
        ("满199元减40元，领券", ""),
        ("领40元券", ""),
        ("省¥40", ""),
        ("5L 容量", ""),
        ("19.9元包邮", "19.9"),
        ("https://a.example.com/19.9元", ""),
    ],
)
def test_a_price_is_what_one_pays_and_not_what_one_saves(text: str, price: str) -> None:
    assert share_hints(text).get("price", "") == price


@given(st.text(alphabet="htps:/.a1日，「」【】¥元%&?=#@[]()\\\u200b\ud800 ", max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert all(url.lower().startswith(("http://", "https://")) for url in find_urls(text))
    assert set(share_hints(text)) <= {"title", "price"}


@pytest.mark.parametrize("text", ["a." * 100_000, "http://" * 50_000, "「" * 200_000, "¥" * 200_000, "1," * 100_000])
def test_a_hostile_text_costs_no_time(text: str) -> None:
    started = time.monotonic()
    find_urls(text)
    share_hints(text)
    assert time.monotonic() - started < 2
