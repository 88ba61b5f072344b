"""What counts as Youzan's in a pasted text, and what does not."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from affiliate.networks.youzan.adapter import YouzanAdapter

ADAPTER = YouzanAdapter({})
ALIAS = "276e5qimqtp1o"
PAGE = f"https://h5.youzan.com/v2/goods/{ALIAS}"
JUMP = "https://h5.youzan.com/v2/trade/directsellerJump/jump?kdt_id=1984620&sl=2t2yTC&redirect_uri="
ENCODED = "https%3A%2F%2Fh5.youzan.com%2Fv2%2Fgoods%2F276e5qimqtp1o%3Fsls%3D2t2yTC"


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        f"{PAGE}?sls=0ther5&from_uuid=903c1ddc",
        f"https://shop2176788.youzan.com/v2/goods/{ALIAS}",
        f"https://shop2176788.m.youzan.com/wscgoods/detail/{ALIAS}?scan=1&activity=none&from=kdt&qr=directgoods_633465213",
        f"https://shop2176788.m.youzan.com/wscgoods/detail/{ALIAS}?alias={ALIAS}&sf=wx_sm&sls=0ther5",
        f"http://detail.youzan.com/show/goods?alias={ALIAS}&sls=2IItkM",
        f"https://h5.youzan.com/v2/showcase/goods?alias={ALIAS}&from=wsc&kdtfrom=wsc",
        f"https://wap.koudaitong.com/v2/goods/{ALIAS}",
        f"shop2176788.m.youzan.com/wscgoods/detail/{ALIAS}",
        JUMP + ENCODED,
        f"【示例手工蜂蜜 500g】¥39.00 {PAGE}?sls=0ther5 复制链接到浏览器打开",
        f"pages/goods/detail/index?alias={ALIAS}&shopAutoEnter=1",
        f"小程序路径：/pages/goods/detail/index.html?kdt_id=42&sls=0ther5&alias={ALIAS}",
        f"youzan:{ALIAS}",
        f"看 youzan：{ALIAS}，好",
    ],
)
def test_an_item_is_recognised_and_nobodys_code_is_left_in_its_address(text: str) -> None:
    refs = ADAPTER.recognise(text)
    assert [(ref.item_id, ref.url, ref.needs_expansion) for ref in refs] == [(ALIAS, PAGE, False)]
    assert ADAPTER.item_url(refs[0]) == PAGE


@pytest.mark.parametrize("alias", ["ide8fgc8", "2xf6v9o5op6dd7s", "3f1n4cv8qnk3m"])
def test_old_and_new_aliases_are_of_several_lengths(alias: str) -> None:
    assert [ref.item_id for ref in ADAPTER.recognise(f"https://h5.youzan.com/v2/goods/{alias}")] == [alias]


@pytest.mark.parametrize("text", ["https://j.youzan.com/9sKkwA", "「蜂蜜」 j.youzan.com/_Xu9n9 打开看看"])
def test_a_short_link_waits_to_be_followed(text: str) -> None:
    (ref,) = ADAPTER.recognise(text)
    assert (ref.item_id, ref.needs_expansion) == ("", True)
    assert ref.url in ("https://j.youzan.com/9sKkwA", "https://j.youzan.com/_Xu9n9")
    assert "j.youzan.com" in ADAPTER.short_link_hosts


def test_a_share_text_tells_title_and_price() -> None:
    (ref,) = ADAPTER.recognise(f"【示例手工蜂蜜 500g】¥39.00 {PAGE}")
    assert dict(ref.hints) == {"title": "示例手工蜂蜜 500g", "price": "39.00"}


@pytest.mark.parametrize(
    "text",
    [
        "https://www.youzan.com/intro/business",
        "https://detail.youzan.com/show/goods/newest?kdt_id=104340304",
        "https://h5.youzan.com/v2/showcase/homepage?alias=ujuvv9y9",
        "https://shop2176788.m.youzan.com/wscgoods/list/276e5qimqtp1o",
        "https://h5.youzan.com/v2/goods/categories",
        "https://h5.youzan.com/v2/goods/276E5QIMQTP1O",
        "https://detail.youzan.com/show/goods?alias=../../etc/passwd",
        "https://detail.youzan.com/show/goods",
        f"https://evil.example/v2/goods/{ALIAS}",
        f"https://h5.youzan.com.evil.example/v2/goods/{ALIAS}",
        f"https://evilyouzan.com/v2/goods/{ALIAS}",
        f"https://h5.youzan.com:8443/v2/goods/{ALIAS}",
        f"https://evil.example/?u={ENCODED}",
        JUMP + "https%3A%2F%2Fevil.example%2Fv2%2Fgoods%2F276e5qimqtp1o",
        JUMP + quote(JUMP + ENCODED, safe=""),
        JUMP,
        "https://j.youzan.com/",
        "https://j.youzan.com:8080/9sKkwA",
        "https://j.youzan.com/a/b/c",
        "youzan:蜂蜜",
        "youzan:276E-QIMQTP1O",
        f"notyouzan:{ALIAS}",
        f"mypages/goods/detail/index?alias={ALIAS}",
        "pages/goods/detail/index?id=276e5qimqtp1o",
        "有赞上看到的 276e5qimqtp1o",
        "#小程序://蜂蜜店/AbCdEf",
    ],
)
def test_what_is_not_youzans_is_left_alone(text: str) -> None:
    assert ADAPTER.recognise(text) == []


def test_several_links_are_several_items_in_order_each_once() -> None:
    other = "https://h5.youzan.com/v2/goods/1y8vmov2k5wgy"
    refs = ADAPTER.recognise(
        f"{JUMP}{ENCODED} 和 youzan:3f1n4cv8qnk3m 和 https://j.youzan.com/9sKkwA {other} 和 {PAGE}"
    )
    assert [ref.item_id or ref.url for ref in refs] == [
        ALIAS,
        "3f1n4cv8qnk3m",
        "https://j.youzan.com/9sKkwA",
        "1y8vmov2k5wgy",
    ]
