"""Cutting texts and questions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.search.words import (
    LONGEST_TOKEN,
    MOST_WORDS,
    candidates,
    folded,
    index_tokens,
    known_words,
    loosened,
    question,
    words_of,
)

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


def cut(text: str, known: str) -> list[str]:
    return [word.text for word in question(text, set(known.split()))]


def test_every_character_and_every_pair_is_indexed():
    assert set(index_tokens("降噪耳机")) == {"降", "噪", "耳", "机", "降噪", "噪耳", "耳机"}


def test_latin_words_and_numbers_are_lower_case_tokens():
    assert index_tokens("Ｓｏｎｙ WH-1000XM5，降噪") == ["sony", "wh", "1000xm5", "降", "噪", "降噪"]


def test_a_question_is_cut_into_words_and_particles_are_left_out():
    assert cut("好用的咖啡机推荐", "好用 咖啡机 推荐 咖啡") == ["好用", "咖啡机", "推荐"]
    assert [word.text for word in question("的")] == ["的"]


def test_fewest_characters_stay_outside_of_words_and_then_fewest_words_are_taken():
    assert cut("无线充电宝推荐", "无线 充电 充电宝 无线充电 推荐") == ["无线", "充电宝", "推荐"]
    assert cut("耳机和服务", "耳机 和服 服务") == ["耳机", "服务"]
    assert cut("降噪耳机", "降噪 耳机 降噪耳机") == ["降噪耳机"]
    assert cut("研究生命", "研究 研究生 生命") == ["研究", "生命"]


def test_characters_that_no_word_holds_belong_together_and_must_all_be_there():
    (brand, dryer) = question("戴森吹风机", {"吹风机"})
    assert (brand.text, brand.tokens) == ("戴森", ("戴森",))
    assert (dryer.text, dryer.tokens) == ("吹风机", ("吹风", "风机"))


def test_a_single_unknown_character_belongs_to_the_word_before_it_and_goes_first_where_nothing_is_found():
    words = question("洗碗机", {"洗碗"})
    assert [(word.text, word.tokens) for word in words] == [("洗碗机", ("洗碗", "碗机"))]
    assert [word.text for word in loosened(words)] == ["洗碗"]


def test_small_words_between_do_not_join_what_they_stand_beside():
    assert cut("我想买鞋", "") == ["我", "想", "买", "鞋"]
    assert cut("买耳机吗", "耳机") == ["买", "耳机"]


def test_what_could_be_a_word_is_bounded():
    assert candidates("咖啡机 sony") == {"咖啡", "啡机", "咖啡机"}
    assert len(candidates("".join(chr(0x4E00 + number) for number in range(300)))) < 700


def test_known_words_are_chinese_and_of_more_than_one_character():
    assert known_words("Sony 全自动咖啡机的 12 杯") >= {"全自动", "自动", "咖啡机", "咖啡"}
    assert all(len(word) > 1 and word[0] >= "\u4e00" for word in known_words("Sony 全自动咖啡机的 12 杯"))


def test_a_latin_word_also_finds_longer_ones_but_a_number_does_not():
    assert [(word.text, word.prefix) for word in question("AirPod 12 xm")] == [
        ("airpod", True),
        ("12", False),
        ("xm", False),
    ]


def test_the_dictionary_knows_words_for_ranking():
    assert {"咖啡", "咖啡机", "sony"} <= words_of("Sony 全自动咖啡机")


@given(before=CHINESE, word=CHINESE, after=CHINESE, chosen=st.data())
def test_any_chinese_word_inside_any_sentence_is_covered_by_its_tokens(before, word, after, chosen):
    held = set(index_tokens(before + word + after))
    known = chosen.draw(st.sets(st.sampled_from(sorted(candidates(word)) or [word])))
    assert all(token in held for asked in question(word, known) for token in asked.tokens)


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
