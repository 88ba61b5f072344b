"""Cuts text into what the index holds, and questions into what is asked of it.

Chinese is written without spaces, and a dictionary cuts the same characters differently in different sentences. So the
index holds every character and every pair of neighbours, which finds any word inside any sentence; the dictionary
(jieba) cuts the question into words, and tells at ranking which titles hold the word as a word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

LONGEST_QUESTION = 100
MOST_WORDS = 12
LONGEST_TOKEN = 40
LONGEST_TEXT = 50_000
PREFIX_FROM = 3
"""A Latin word this long also finds longer ones: `airpod` finds airpods."""

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_PARTICLES = frozenset("的了吗呢吧啊呀和与或是在就都也很")


@cache
def dictionary() -> Any:
    """rjieba, loaded by the first who cuts: its 30 MB are not for processes that never do."""
    return import_module("rjieba")


@dataclass(frozen=True, slots=True)
class Word:
    """One asked word: the tokens that must all be there. With `prefix` the single token may go on."""

    text: str
    tokens: tuple[str, ...]
    prefix: bool = False


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


def question(text: str) -> list[Word]:
    """What a reader asks, as words; empty where the text holds none. Signs of any query language mean nothing here."""
    found: dict[str, Word] = {}
    for run in _RUN.findall(normalise(text[:LONGEST_QUESTION])):
        if not _IS_CJK.match(run):
            token = run[:LONGEST_TOKEN]
            prefix = len(token) >= PREFIX_FROM and token.isascii() and token.isalpha()
            found.setdefault(token, Word(token, (token,), prefix))
            continue
        for word in dictionary().cut(run):
            found.setdefault(word, Word(word, tuple(dict.fromkeys(_pairs(word))) or (word,)))
    plain = [word for word in found.values() if word.text not in _PARTICLES]
    return (plain or list(found.values()))[:MOST_WORDS]


def _pairs(run: str) -> list[str]:
    """Every two neighbours."""
    return [run[at : at + 2] for at in range(len(run) - 1)]
