"""What counts as Douyin's in a pasted text, and what does not."""

from __future__ import annotations

import pytest

from affiliate.networks.douyin.adapter import DouyinAdapter

ADAPTER = DouyinAdapter({})
ID = "3400000000000000001"
PAGE = f"https://haohuo.jinritemai.com/views/product/item2?id={ID}"


@pytest.mark.parametrize(
    ("text", "item_id", "url"),
    [
        (f"{PAGE}&pick_source=vAbCdE&origin_type=604", ID, PAGE),
        (f"https://haohuo.jinritemai.com/views/product/item?id={ID}", ID, PAGE),
        (f"haohuo.jinritemai.com/ecommerce/trade/detail/index.html?id={ID}&origin_type=3002", ID, PAGE),
        (f"https://haohuo.snssdk.com/views/product/item2?product_id={ID}", ID, PAGE),
        (f"douyin:{ID}", ID, PAGE),
        (f"看 douyin：{ID}，好", ID, PAGE),
        (
            "7.94 dAb:/ 【示例】 https://v.douyin.com/iAbCdE1/ 复制此链接，打开抖音 🛒 ¥9.9",
            "",
            "https://v.douyin.com/iAbCdE1/",
        ),
        ("v.douyin.com/iAbCdE1", "", "https://v.douyin.com/iAbCdE1/"),
        (f"snssdk1128://ec_goods_detail?promotion_id={ID}&kol_id=99514375927", ID, PAGE),
        (f"看看 snssdk2329://ec_goods_detail/?product_id={ID} 吧", ID, PAGE),
        (f"snssdk1128://goods/seeding/?promotion_id={ID}", ID, PAGE),
        ("https://z.douyin.com/AbCd1", "", "https://z.douyin.com/AbCd1/"),
    ],
)
def test_what_douyin_sells_is_recognised(text: str, item_id: str, url: str) -> None:
    refs = ADAPTER.recognise(text)
    assert [(ref.item_id, ref.url) for ref in refs] == [(item_id, url)]
    assert refs[0].needs_expansion == (not item_id)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.douyin.com/video/7300000000000000001",
        "https://www.douyin.com/user/MS4wLjAB",
        "https://haohuo.jinritemai.com/views/product/item2",
        "https://haohuo.jinritemai.com/views/product/item2?id=abc",
        f"https://haohuo.jinritemai.com/views/shop/index?id={ID}",
        f"https://haohuo.jinritemai.com.evil.example/views/product/item2?id={ID}",
        f"https://evil.example/views/product/item2?id={ID}",
        "https://evil.example/?u=https%3A%2F%2Fv.douyin.com%2FiAbCdE1",
        "https://v.douyin.com/",
        "https://v.douyin.com/a/b/c",
        "http://v.douyin.com:8080/iAbCdE1/",
        f"snssdk1128://user/profile/{ID}",
        f"snssdk1128://webview?product_id={ID}",
        "snssdk1128://ec_goods_detail?promotion_id=abc",
        "douyin:123",
        f"notdouyin:{ID}",
        f"抖音商品 {ID}",
    ],
)
def test_what_is_not_douyins_is_left_alone(text: str) -> None:
    assert ADAPTER.recognise(text) == []


def test_several_links_are_several_items_in_order() -> None:
    refs = ADAPTER.recognise(f"{PAGE} 和 douyin:3400000000000000002 和 https://v.douyin.com/iAbCdE1/ 和 {PAGE}")
    assert [ref.item_id or ref.url for ref in refs] == [ID, "3400000000000000002", "https://v.douyin.com/iAbCdE1/"]
