"""What people paste, from `samples/pasted.json`: items, short links, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.types import ItemRef
from affiliate.networks.vip.recognise import address_of, find_items, item_address, ref_of

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))
PIECES = st.sampled_from(
    ["https://", "m.vip.com", "t.vip.com/", "product-1-", "6919000000000000001", ".html", "?", "url=", "&", "goodsId="]
    + ["vip:", "vipshop://showGoodsDetail?", "pages/productDetail/productDetail?", "pid=", "%", "[", "\x00", "\ud800"]
)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(SAMPLES) >= 60
    assert sum(not sample["items"] and not sample["short"] for sample in SAMPLES) >= 20


@pytest.mark.parametrize("sample", SAMPLES, ids=[str(index) for index in range(len(SAMPLES))])
def test_a_pasted_text_gives_exactly_its_items(sample: dict[str, Any]) -> None:
    refs = find_items(sample["text"])
    assert [ref.item_id for ref in refs if not ref.needs_expansion] == sample["items"]
    assert [ref.url for ref in refs if ref.needs_expansion] == sample["short"]


def test_a_share_text_lends_its_title_and_price() -> None:
    (ref,) = find_items("「示例纯棉T恤 短袖」 https://t.vip.com/AbCdEf1 券后119元")
    assert ref.hints == {"title": "示例纯棉T恤 短袖", "price": "119"}


def test_a_text_with_two_items_lends_nothing_since_nobody_knows_whose_title_it_is() -> None:
    refs = find_items("「纯棉T恤」 vip:6919000000000000001 vip:6919000000000000002")
    assert [dict(ref.hints) for ref in refs] == [{}, {}]


def test_the_brand_of_the_address_is_kept_and_foreign_traces_are_not() -> None:
    (ref,) = find_items("https://detail.vip.com/detail-1710612345-6919000000000000001.html?tra_from=who&chl=else")
    assert ref.url == "https://m.vip.com/product-1710612345-6919000000000000001.html"
    assert address_of(ref) == ref.url
    assert address_of(ItemRef("vip", ref.item_id)) == "https://m.vip.com/product-0-6919000000000000001.html"
    assert address_of(ItemRef("vip", ref.item_id, url="https://evil.example/")) == item_address(ref.item_id)


@given(st.from_regex(r"[1-9][0-9]{7,19}", fullmatch=True), st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_every_id_survives_the_way_through_its_address(item_id: str, brand: str) -> None:
    ref = ref_of(item_address(item_id, brand))
    assert ref is not None
    assert ref.item_id == item_id


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_text_of_such_pieces_raises_or_leads_elsewhere(text: str) -> None:
    for ref in find_items(text):
        assert ref.url.startswith(("https://m.vip.com/product-", "https://t.vip.com/"))


@pytest.mark.parametrize("item_id", ["", "abc", "1234567", "1" * 21, "../12345678", "00000000", "１２３４５６７８"])
def test_what_is_no_id_has_no_address(item_id: str) -> None:
    assert item_address(item_id) == ""
