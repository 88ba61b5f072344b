"""What people paste, from `samples/pasted.json`: items, short links, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from affiliate.networks.youzan.adapter import YouzanAdapter

ADAPTER = YouzanAdapter({})
SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))
ALIAS = "276e5qimqtp1o"
PAGE = f"https://h5.youzan.com/v2/goods/{ALIAS}"
JUMP = "https://h5.youzan.com/v2/trade/directsellerJump/jump?kdt_id=1984620&sl=2t2yTC&redirect_uri="
ENCODED = "https%3A%2F%2Fh5.youzan.com%2Fv2%2Fgoods%2F276e5qimqtp1o%3Fsls%3D2t2yTC"


@pytest.mark.parametrize("sample", SAMPLES, ids=[str(index) for index in range(len(SAMPLES))])
def test_a_pasted_text_gives_exactly_its_items_and_nobodys_code_is_left_in_an_address(sample: dict[str, Any]) -> None:
    refs = ADAPTER.recognise(sample["text"])
    assert [ref.item_id for ref in refs if not ref.needs_expansion] == sample["items"]
    assert [ref.url for ref in refs if ref.needs_expansion] == sample["short"]
    for ref in refs:
        assert (
            ref.needs_expansion or ref.url == ADAPTER.item_url(ref) == f"https://h5.youzan.com/v2/goods/{ref.item_id}"
        )


def test_short_links_are_among_those_that_may_be_followed() -> None:
    assert "j.youzan.com" in ADAPTER.short_link_hosts


@pytest.mark.parametrize("alias", ["ide8fgc8", "2xf6v9o5op6dd7s", "3f1n4cv8qnk3m"])
def test_old_and_new_aliases_are_of_several_lengths(alias: str) -> None:
    assert [ref.item_id for ref in ADAPTER.recognise(f"https://h5.youzan.com/v2/goods/{alias}")] == [alias]


def test_a_share_text_tells_title_and_price() -> None:
    (ref,) = ADAPTER.recognise(f"【示例手工蜂蜜 500g】¥39.00 {PAGE}")
    assert dict(ref.hints) == {"title": "示例手工蜂蜜 500g", "price": "39.00"}


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
