"""Cutting texts and questions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.search.words import LONGEST_TOKEN, MOST_WORDS, folded, index_tokens, question, words_of

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


def test_every_character_and_every_pair_is_indexed():
    assert set(index_tokens("降噪耳机")) == {"降", "噪", "耳", "机", "降噪", "噪耳", "耳机"}


def test_latin_words_and_numbers_are_lower_case_tokens():
    assert index_tokens("Ｓｏｎｙ WH-1000XM5，降噪") == ["sony", "wh", "1000xm5", "降", "噪", "降噪"]


def test_a_question_is_cut_into_words_and_particles_are_left_out():
    assert [word.text for word in question("好用的咖啡机推荐")] == ["好用", "咖啡机", "推荐"]
    assert [word.text for word in question("的")] == ["的"]


def test_a_latin_word_also_finds_longer_ones_but_a_number_does_not():
    assert [(word.text, word.prefix) for word in question("AirPod 12 xm")] == [
        ("airpod", True),
        ("12", False),
        ("xm", False),
    ]


def test_the_dictionary_knows_words_for_ranking():
    assert {"咖啡", "咖啡机", "sony"} <= words_of("Sony 全自动咖啡机")


@given(before=CHINESE, word=CHINESE, after=CHINESE)
def test_any_chinese_word_inside_any_sentence_is_covered_by_its_tokens(before, word, after):
    held = set(index_tokens(before + word + after))
    assert all(token in held for asked in question(word) for token in asked.tokens)


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text):
    words = question(text)
    assert len(words) <= MOST_WORDS
    for word in words:
        assert word.text and word.tokens
        assert all(token and len(token) <= max(LONGEST_TOKEN, 2) for token in word.tokens)
        assert not any(sign in token for token in word.tokens for sign in " \"'*:()&|!-^\\\x00")


@given(st.text(max_size=300))
def test_any_text_can_be_indexed(text):
    tokens = index_tokens(text)
    assert len(tokens) == len(set(tokens))
    assert all(tokens)


@given(st.text(max_size=100))
def test_folding_keeps_every_place(text):
    assert len(folded(text)) == len(text)
    assert folded("ＷＨ…①") == "wh…1"
