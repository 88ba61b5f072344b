"""What people paste, from `samples/pasted.json`: references, pages that name an activity, and pages that do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from affiliate.networks.eleme.recognise import find_items, split_id

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "pasted.json").read_text("utf-8"))


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(SAMPLES) >= 60
    assert sum(not sample["items"] and not sample["short"] for sample in SAMPLES) >= 30


@pytest.mark.parametrize("sample", SAMPLES, ids=[str(index) for index in range(len(SAMPLES))])
def test_a_pasted_text_gives_exactly_what_it_names(sample: dict[str, Any]) -> None:
    refs = find_items(sample["text"])
    assert [ref.item_id for ref in refs if not ref.needs_expansion] == sample["items"]
    assert [ref.url for ref in refs if ref.needs_expansion] == sample["short"]


def test_a_share_text_lends_its_title_and_price() -> None:
    (ref,) = find_items("【饿了么】「双人下午茶」到手价19.9元 eleme:activity:10144")
    assert ref.hints == {"title": "双人下午茶", "price": "19.9"}


@pytest.mark.parametrize("item_id", ["", "10144", "activity:", "activity:x", "coupon:10144", "shop:../x", "item:a b"])
def test_what_is_no_id_is_none(item_id: str) -> None:
    assert split_id(item_id) == ("", "")
