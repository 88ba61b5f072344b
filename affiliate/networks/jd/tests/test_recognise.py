"""What people paste, from `samples/pasted.json`: items, short links, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.jd.recognise import find_items, item_address, ref_of

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(SAMPLES) >= 60
    assert sum(not sample["items"] and not sample["short"] for sample in SAMPLES) >= 15


@pytest.mark.parametrize("sample", SAMPLES, ids=[str(index) for index in range(len(SAMPLES))])
def test_a_pasted_text_gives_exactly_its_items(sample: dict[str, Any]) -> None:
    refs = find_items(sample["text"])
    assert [ref.item_id for ref in refs if not ref.needs_expansion] == sample["items"]
    assert [ref.url for ref in refs if ref.needs_expansion] == sample["short"]


def test_a_share_text_lends_its_title_and_price() -> None:
    (ref,) = find_items("【京东】https://3.cn/35AB-7xx?jkl=@X@ CA1565 「测试牌 空气炸锅」 券后159元")
    assert ref.hints == {"title": "测试牌 空气炸锅", "price": "159"}


def test_a_text_with_two_items_lends_nothing_since_nobody_knows_whose_title_it_is() -> None:
    refs = find_items("「一口锅」 jd:100000000001 jd:100000000002")
    assert [dict(ref.hints) for ref in refs] == [{}, {}]


def test_other_peoples_affiliate_codes_are_gone_from_the_plain_address() -> None:
    (ref,) = find_items("https://item.jd.com/100012043978.html?utm_campaign=t_1000_&utm_term=someone#x")
    assert ref.url == "https://item.jd.com/100012043978.html"


@given(st.from_regex(r"[0-9]{4,20}|[A-Za-z0-9-]{2,20}_[A-Za-z0-9_-]{2,20}", fullmatch=True))
def test_every_id_survives_the_way_through_its_address(item_id: str) -> None:
    ref = ref_of(item_address(item_id))
    assert ref is not None
    assert ref.item_id == item_id


@pytest.mark.parametrize("item_id", ["", "abc", "123", "1" * 21, "../1234", "1234?x=1", "a_b/c", "有_字"])
def test_what_is_no_id_has_no_address(item_id: str) -> None:
    assert item_address(item_id) == ""
