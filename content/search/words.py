"""Cuts text into what the index holds, and questions into what is asked of it.

Chinese is written without spaces, and a dictionary cuts the same characters differently in different sentences. So the
index holds every character and every pair of neighbours, which finds any word inside any sentence. A dictionary (jieba)
cuts what is indexed. A question is cut by the words that it found there, for no others could be found; at ranking they
tell which titles hold the word as a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import Any

LONGEST_QUESTION = 100
MOST_WORDS = 12
LONGEST_TOKEN = 40
LONGEST_TEXT = 50_000
LONGEST_KNOWN = 8
"""Chinese words of two to so many characters are known by name."""
PREFIX_FROM = 3
"""A Latin word this long also finds longer ones: `airpod` finds airpods."""

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_PARTICLES = frozenset("的了吗呢吧啊呀和与或是在就都也很")
_ALONE = _PARTICLES | frozenset("我想要买有没不")
"""Characters that are words by themselves where no longer word holds them: 想买鞋 is three words."""


@cache
def dictionary() -> Any:
    """rjieba, loaded by the first who indexes: its 30 MB are not for processes that only answer readers."""
    return import_module("rjieba")


@dataclass(frozen=True, slots=True)
class Word:
    """One asked word: the tokens that must all be there. With `prefix` the single token may go on. `instead` is less,
    which will do where nothing holds all that was asked.
    """

    text: str
    tokens: tuple[str, ...]
    prefix: bool = False
    instead: Word | None = None


def normalise(text: str) -> str:
    """One form for what looks alike: full-width letters are plain, everything is lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def folded(text: str) -> str:
    """The same, character by character, so that places in it are places in the text."""
    return "".join(form if len(form := normalise(char)) == 1 else char for char in text)


def index_tokens(text: str) -> list[str]:
    """Every token of a text, each once, in a stable order."""
    found: dict[str, None] = {}
    for run in _RUN.findall(normalise(text[:LONGEST_TEXT])):
        if _IS_CJK.match(run):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(_pairs(run)))
        else:
            found[run[:LONGEST_TOKEN]] = None
    return list(found)


def words_of(text: str) -> set[str]:
    """The words of a text as the dictionary cuts them, long ones also in their parts."""
    return {word for word in dictionary().cut_for_search(normalise(text)) if _RUN.fullmatch(word)} | {
        run for run in _RUN.findall(normalise(text)) if not _IS_CJK.match(run)
    }


def known_words(text: str) -> set[str]:
    """The words of a text by which questions are cut."""
    return {word for word in words_of(text) if _IS_CJK.match(word) and 2 <= len(word) <= LONGEST_KNOWN}


def candidates(text: str) -> set[str]:
    """Everything in a question that could be a known word."""
    runs = [run for run in _RUN.findall(normalise(text[:LONGEST_QUESTION])) if _IS_CJK.match(run)]
    return {
        run[start:end]
        for run in runs
        for start in range(len(run))
        for end in range(start + 2, min(start + LONGEST_KNOWN, len(run)) + 1)
    }


def question(text: str, known: Collection[str] = frozenset()) -> list[Word]:
    """What a reader asks, as words; empty where the text holds none. Signs of any query language mean nothing here.
    `known` are those of its candidates that are words.
    """
    found: dict[str, Word] = {}
    for run in _RUN.findall(normalise(text[:LONGEST_QUESTION])):
        if not _IS_CJK.match(run):
            token = run[:LONGEST_TOKEN]
            prefix = len(token) >= PREFIX_FROM and token.isascii() and token.isalpha()
            found.setdefault(token, Word(token, (token,), prefix))
            continue
        for word in _joined(_cut(run, known)):
            found.setdefault(word.text, word)
    plain = [word for word in found.values() if word.text not in _PARTICLES]
    return (plain or list(found.values()))[:MOST_WORDS]


def loosened(words: list[Word]) -> list[Word]:
    """What will do where nothing holds all of the words: any of these. A single character says too little."""
    return [word.instead or word for word in words if len(word.text) > 1]


def _cut(run: str, known: Collection[str]) -> list[str]:
    """Known words and single characters: with the fewest characters outside of any word, of those cuts the one with the
    fewest pieces, then the one with the longest words, the last before the first: what is meant stands last in Chinese.
    """
    costs = [(0, 0, 0)]
    lasts = [""]
    for end in range(1, len(run) + 1):
        choices = []
        for start in range(max(end - LONGEST_KNOWN, 0), end):
            piece = run[start:end]
            if len(piece) == 1 or piece in known:
                outside, count, short = costs[start]
                choices.append(((outside + _strange(piece), count + 1, short - len(piece) ** 2), piece))
        cost, last = min(choices, key=itemgetter(0))  # the first of equals, whose last piece is the longest
        costs.append(cost)
        lasts.append(last)
    pieces = []
    end = len(run)
    while end:
        pieces.append(lasts[end])
        end -= len(lasts[end])
    return pieces[::-1]


def _joined(pieces: list[str]) -> list[Word]:
    """The pieces as words. Characters outside of any word belong together; one alone belongs to the word before it,
    as 机 does in 洗碗机 where only 洗碗 is known.
    """
    words: list[Word] = []
    for strange, group in groupby(pieces, _strange):
        if not strange:
            words += [_word(piece) for piece in group]
            continue
        run = "".join(group)
        if len(run) == 1 and words and len(words[-1].text) > 1:
            known = words.pop()
            words.append(_word(known.text + run, known))
        else:
            words.append(_word(run))
    return words


def _strange(piece: str) -> bool:
    """Whether it stands outside of any word."""
    return len(piece) == 1 and piece not in _ALONE


def _word(text: str, instead: Word | None = None) -> Word:
    return Word(text, tuple(dict.fromkeys(_pairs(text))) or (text,), instead=instead)


def _pairs(run: str) -> list[str]:
    """Every two neighbours."""
    return [run[at : at + 2] for at in range(len(run) - 1)]
