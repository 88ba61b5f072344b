"""What people paste, from `samples/pasted.json`: items, short links, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.pdd.recognise import find_items, item_address, ref_of

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))
PIECES = st.sampled_from(
    ["https://", "mobile.yangkeduo.com", "p.pinduoduo.com/", "goods.html", "?", "goods_id=", "500000000001", "&", "ps="]
    + ["pdd:", "package_a/", "pages/web/web?src=", "pinduoduo://", "launch_url=", "%", "[", "＃", "\x00", "\ud800", " "]
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
    (ref,) = find_items("「测试牌 抽纸 24包」 https://p.pinduoduo.com/AbCdEfG1 券后24.9元")
    assert ref.hints == {"title": "测试牌 抽纸 24包", "price": "24.9"}


def test_a_text_with_two_items_lends_nothing_since_nobody_knows_whose_title_it_is() -> None:
    refs = find_items("「抽纸一箱」 pdd:500000000001 pdd:500000000002")
    assert [dict(ref.hints) for ref in refs] == [{}, {}]


def test_other_peoples_affiliate_codes_are_gone_from_every_address() -> None:
    traces = "pid=9_9&cpsSign=CC_9&customParameters=x&duoduo_type=2&refer_share_uid=7"
    for address in ("goods.html?goods_id=500000000001", "duo_coupon_landing.html?goods_sign=Y9f2_test-Sign_J0001"):
        (ref,) = find_items(f"https://mobile.yangkeduo.com/{address}&{traces}")
        assert ref.url == f"https://mobile.yangkeduo.com/{address}"


@given(st.from_regex(r"[1-9][0-9]{2,19}|[A-Za-z][A-Za-z0-9_-]{9,40}", fullmatch=True))
def test_every_id_survives_the_way_through_its_address(item_id: str) -> None:
    ref = ref_of(item_address(item_id))
    assert ref is not None
    assert ref.item_id == item_id


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_text_of_such_pieces_raises_or_leads_elsewhere(text: str) -> None:
    for ref in find_items(text):
        assert ref.url.startswith(("https://mobile.yangkeduo.com/", "https://p.pinduoduo.com/"))


@pytest.mark.parametrize(
    "item_id", ["", "12", "000", "1" * 21, "../1234", "1234?x=1", "short", "有_字_有_字_有_字_有_字", "a" * 130]
)
def test_what_is_no_id_has_no_address(item_id: str) -> None:
    assert item_address(item_id) == ""
