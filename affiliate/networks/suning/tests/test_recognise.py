"""What people paste, from `samples/pasted.json`: items, short links, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.suning.recognise import find_items, item_address, item_id_of, ref_of

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))
PIECES = st.sampled_from(
    [
        "https://",
        "product.suning.com",
        "m.suning.com/product",
        "sugs.suning.com/",
        "/0000000000/",
        "10073327418",
        ".html",
    ]
    + ["suning:", "-0000000000", "pages/fourth/fourth?", "productId=", "shop=", "vistURL=", "%", "[", "\x00", "\ud800"]
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
    (ref,) = find_items("「示例洗衣液3kg」 https://sugs.suning.com/AbCdEf1 券后40.9元")
    assert ref.hints == {"title": "示例洗衣液3kg", "price": "40.9"}


def test_other_peoples_affiliate_codes_are_gone_from_the_plain_address() -> None:
    (ref,) = find_items("https://m.suning.com/product/70123456/690105200.html?utm_source=union&subUser=who")
    assert ref.url == "https://product.suning.com/0070123456/690105200.html"


@given(st.from_regex(r"[1-9][0-9]{5,16}", fullmatch=True), st.from_regex(r"[0-9]{1,10}", fullmatch=True))
def test_every_id_survives_the_way_through_its_address(goods: str, shop: str) -> None:
    item_id = item_id_of(goods, shop)
    ref = ref_of(item_address(item_id))
    assert ref is not None
    assert ref.item_id == item_id
    assert item_id_of(goods.zfill(18), shop) == item_id


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_text_of_such_pieces_raises_or_leads_elsewhere(text: str) -> None:
    for ref in find_items(text):
        assert ref.url.startswith(("https://product.suning.com/", "https://sugs.suning.com/"))


@pytest.mark.parametrize(
    "item_id", ["", "10073327418", "12345-0000000000", "10073327418-1", "../x-0000000000", "0-0000000000"]
)
def test_what_is_no_id_has_no_address(item_id: str) -> None:
    assert item_address(item_id) == ""
