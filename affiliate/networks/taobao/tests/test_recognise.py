"""What people paste, from `samples/pasted.json`: items, links and 口令 that hide one, and texts that hold neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.taobao.recognise import find_items, item_address, ref_of

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(SAMPLES) >= 100
    assert sum(not sample["items"] and not sample["short"] for sample in SAMPLES) >= 40


@pytest.mark.parametrize("sample", SAMPLES, ids=[str(index) for index in range(len(SAMPLES))])
def test_a_pasted_text_gives_exactly_its_items(sample: dict[str, Any]) -> None:
    refs = find_items(sample["text"])
    assert [ref.item_id for ref in refs if not ref.needs_expansion] == sample["items"]
    assert [ref.url for ref in refs if ref.needs_expansion] == sample["short"]


def test_a_share_text_lends_its_title_and_price() -> None:
    (ref,) = find_items("【淘宝】https://m.tb.cn/h.5AbCdEf?tk=AbCdEf12345 CZ0001 「测试牌 保温杯」 券后59.9元")
    assert ref.hints == {"title": "测试牌 保温杯", "price": "59.9"}


def test_other_peoples_affiliate_codes_are_gone_from_the_plain_address() -> None:
    (ref,) = find_items("https://item.taobao.com/item.htm?id=520000000123&pid=mm_9_9_9&ali_trackid=2:mm_9_9_9")
    assert ref.url == "https://item.taobao.com/item.htm?id=520000000123"


def test_a_password_that_is_kept_as_an_address_is_still_asked_about() -> None:
    (ref,) = find_items("￥AbCdEfGhIjK￥")
    assert find_items(ref.url) == [ref]


@given(st.from_regex(r"[1-9][0-9]{4,19}|[A-Za-z0-9]{4,20}-[A-Za-z0-9]{4,20}", fullmatch=True))
def test_every_id_survives_the_way_through_its_address(item_id: str) -> None:
    ref = ref_of(item_address(item_id))
    assert ref is not None
    assert ref.item_id == item_id


@pytest.mark.parametrize(
    "item_id", ["", "abc", "1234", "0" * 12, "1" * 21, "../1234", "12345?x=1", "a-b", "有字-abcdefgh"]
)
def test_what_is_no_id_has_no_address(item_id: str) -> None:
    assert item_address(item_id) == ""
