"""Sentences that name something, in the reader's language."""

from __future__ import annotations

import copy
import json
import pickle

from affiliate.networks.wording import Said, in_field, reason_of, translated

CHINESE = {"%(field)s: %(reason)s": "%(field)s：%(reason)s", "%(value)s is not an amount": "%(value)s 不是金额"}


def test_it_is_a_plain_string_to_whoever_does_not_care() -> None:
    said = Said("%(value)s is not an amount", value="x")
    assert said == "x is not an amount"
    assert json.dumps([said]) == '["x is not an amount"]'


def test_the_edge_translates_the_sentence_and_what_is_said_inside_it() -> None:
    said = in_field("预估佣金", ValueError(Said("%(value)s is not an amount", value="'abc'")))
    assert translated(said, lambda text: CHINESE.get(text, text)) == "预估佣金：'abc' 不是金额"


def test_a_plain_text_is_translated_as_it_stands_percent_signs_and_all() -> None:
    assert translated("100 % sure", str.upper) == "100 % SURE"


def test_it_survives_copies_and_queues() -> None:
    said = Said("%(value)s is not an amount", value="50 %")
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (again, again.template, again.values) == (said, said.template, said.values)


def test_an_exception_without_words_gives_its_name() -> None:
    assert reason_of(OverflowError()) == "OverflowError"
