"""What counts as Kuaishou's in a pasted text, and what does not."""

from __future__ import annotations

import pytest

from affiliate.networks.kuaishou.adapter import KuaishouAdapter

ADAPTER = KuaishouAdapter({})
PAGE = "https://app.kwaixiaodian.com/merchant/shop/detail?id=20000000000001"


@pytest.mark.parametrize(
    ("text", "item_id", "url"),
    [
        (f"{PAGE}&sharerId=777&shareToken=X-other", "20000000000001", PAGE),
        ("app.kwaixiaodian.com/merchant/shop/detail?id=2000000001", "2000000001", PAGE[:-14] + "2000000001"),
        (
            "https://kph8gvfz.m.example-share.com/merchant/shop/detail?id=20000000000001&shareToken=X-a",
            "20000000000001",
            PAGE,
        ),
        (
            "https://app.kwaixiaodian.com/page/kwaishop-buyer-goods-detail-outside?id=20000000000001",
            "20000000000001",
            PAGE,
        ),
        ("kuaishou:20000000000001", "20000000000001", PAGE),
        ("看 kuaishou：20000000000001，好", "20000000000001", PAGE),
        ("##X-4TKRW6iY40f1mc_A## 复制到快手 🍷 ¥15.9", "", "https://v.kuaishou.com/f/X-4TKRW6iY40f1mc_A"),
        ("https://kphxyz.com/f/X-4TKRW6iY40f1mc_A", "", "https://v.kuaishou.com/f/X-4TKRW6iY40f1mc_A"),
        ("「示例红酒塞」 https://v.kuaishou.com/AbCdE1 复制打开", "", "https://v.kuaishou.com/AbCdE1"),
        (f"##X-4TKRW6iY40f1mc_A## {PAGE}", "20000000000001", PAGE),
    ],
)
def test_what_kuaishou_sells_is_recognised(text: str, item_id: str, url: str) -> None:
    refs = ADAPTER.recognise(text)
    assert [(ref.item_id, ref.url) for ref in refs] == [(item_id, url)]
    assert refs[0].needs_expansion == (not item_id)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.kuaishou.com/profile/3xabc",
        "https://app.kwaixiaodian.com/merchant/shop/detail?id=abc",
        "https://app.kwaixiaodian.com/merchant/shop/detail",
        "https://evil.example/merchant/shop/detail?id=20000000000001",
        "https://app.kwaixiaodian.com.evil.example/merchant/shop/detail?id=20000000000001",
        "https://evil.example/?u=https%3A%2F%2Fv.kuaishou.com%2Fabcd",
        "kuaishou:123",
        "notkuaishou:20000000000001",
        "##Y-4TKRW6iY40f1mc_A##",
        "## X-4TKRW6 ##",
        "https://v.kuaishou.com/",
        "http://v.kuaishou.com:8080/AbCdE1",
        "快手上看到的 20000000000001",
    ],
)
def test_what_is_not_kuaishous_is_left_alone(text: str) -> None:
    assert ADAPTER.recognise(text) == []


def test_several_links_are_several_items_in_order() -> None:
    refs = ADAPTER.recognise(f"{PAGE} 和 kuaishou:20000000000002 和 https://v.kuaishou.com/AbCdE1 和 {PAGE}")
    assert [ref.item_id or ref.url for ref in refs] == [
        "20000000000001",
        "20000000000002",
        "https://v.kuaishou.com/AbCdE1",
    ]
