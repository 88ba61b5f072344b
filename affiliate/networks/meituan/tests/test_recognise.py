"""What counts as Meituan's in a pasted text, and what does not."""

from __future__ import annotations

import pytest

from affiliate.networks.meituan.adapter import MeituanAdapter

ADAPTER = MeituanAdapter({})


@pytest.mark.parametrize(
    ("text", "item_id", "url"),
    [
        ("meituan:act:33", "act:33", ""),
        ("看 meituan:sku:pvs_gcS9oX3kTq 吧", "sku:pvs_gcS9oX3kTq", ""),
        ("美团：Meituan：act：33，快", "act:33", ""),
        ("https://dpurl.cn/AbCd12z", "", "https://dpurl.cn/AbCd12z"),
        ("【美团外卖】天天神券 🧧 点 http://dpurl.cn/pZwAJx2z 领", "", "https://dpurl.cn/pZwAJx2z"),
        ("dpurl.cn/pZwAJx2z?from=xx", "", "https://dpurl.cn/pZwAJx2z"),
        ("https://click.meituan.com/t?t=1&c=2&p=demo", "", "https://click.meituan.com/t?t=1&c=2&p=demo"),
        (
            "imeituan://www.meituan.com/web?notitlebar=1&url=https%3A%2F%2Fclick.meituan.com%2Ft%3Ft%3D1%26p%3Ddemo 快",
            "",
            "https://click.meituan.com/t?t=1&p=demo",
        ),
        ("https://runion.meituan.com/url?key=abc&url=x", "", "https://runion.meituan.com/url?key=abc&url=x"),
    ],
)
def test_what_meituan_promotes_is_recognised(text: str, item_id: str, url: str) -> None:
    refs = ADAPTER.recognise(text)
    assert [(ref.item_id, ref.url) for ref in refs] == [(item_id, url)]
    assert refs[0].needs_expansion == (not item_id)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.meituan.com/meishi/123456/",
        "imeituan://www.meituan.com/web?url=https%3A%2F%2Fi.meituan.com%2Fretention",
        "imeituan://www.meituan.com/web?url=https%3A%2F%2Fevil.example%2Ft%3Ft%3D1%26p%3Ddemo",
        "https://dpurl.cn/",
        "https://dpurl.cn/a/b/c",
        "https://click.meituan.com/t",
        "https://click.meituan.com.evil.example/t?t=1&p=x",
        "https://evil.example/?u=https://dpurl.cn",
        "meituan:33",
        "meituan:act:abc",
        "meituan:sku:../../etc",
        "notmeituan:act:33",
        "美团的外卖真快 33",
        "http://dpurl.cn:8080/AbCd12z",
        "javascript://dpurl.cn/AbCd12z",
        "https://user@dpurl.cn.evil.example/AbCd12z",
    ],
)
def test_what_is_not_meituans_is_left_alone(text: str) -> None:
    assert ADAPTER.recognise(text) == []


def test_several_links_are_several_items_in_order() -> None:
    refs = ADAPTER.recognise("先 meituan:act:33 再 https://dpurl.cn/AbCd12z 再 meituan:act:33 末 meituan:sku:pvs_1234")
    assert [ref.item_id or ref.url for ref in refs] == ["act:33", "https://dpurl.cn/AbCd12z", "sku:pvs_1234"]
