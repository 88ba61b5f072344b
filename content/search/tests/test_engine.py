"""The index tables of both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.search import engine
from content.search.words import Word, index_tokens, question

pytestmark = pytest.mark.django_db


def test_all_words_must_be_there_and_the_newest_stand_first():
    engine.put(1, index_tokens("全自动咖啡机 测评"))
    engine.put(2, index_tokens("咖啡豆"))
    engine.put(3, index_tokens("半自动咖啡机"))
    assert engine.find(question("咖啡")) == [3, 2, 1]
    assert engine.find(question("咖啡机")) == [3, 1]
    assert engine.find(question("咖啡机 豆")) == []
    assert engine.find(question("咖啡机 咖啡豆"), any_word=True) == [3, 2, 1]


def test_putting_again_replaces_and_removing_forgets():
    engine.put(1, ["旧"])
    engine.put(1, ["新"])
    assert engine.find([Word("旧", ("旧",))]) == []
    assert engine.find([Word("新", ("新",))]) == [1]
    engine.remove(1)
    assert engine.find([Word("新", ("新",))]) == []


def test_matches_are_bounded():
    for number in range(1, 8):
        engine.put(number, ["词"])
    assert engine.find([Word("词", ("词",))], limit=3) == [7, 6, 5]


def test_a_prefix_finds_longer_words():
    engine.put(1, index_tokens("AirPods Pro"))
    assert engine.find(question("airp")) == [1]
    assert engine.find(question("pods")) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
@pytest.mark.django_db
def test_no_text_is_a_syntax_error(db, text):
    engine.find(question(text))
    engine.find(question(text), any_word=True)
    engine.put(1, index_tokens(text))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="\"'*:()&|!-^\\<>% 咖啡aANDORT\x00;", max_size=60))
def test_signs_of_query_languages_are_harmless(db, text):
    engine.find(question(text))
    for term in (engine.fts5_term, engine.tsquery_term):
        assert term("a", prefix=False)[1:-1] == "a"
