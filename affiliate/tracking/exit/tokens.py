"""Tokens of clicks: the placement's code, then chance. Even where a click's row is lost, the token names the author."""

from __future__ import annotations

import os
import re

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
TOKEN_LENGTH = 20
SHORTEST_CODE, LONGEST_CODE = 8, 10
CODE = re.compile(rf"[a-z][a-z0-9]{{{SHORTEST_CODE - 1},{LONGEST_CODE - 1}}}")

# 256 is no multiple of 36, so four letters come a seventh more often: of no use to a guesser of 50 bits and more.
_LETTER_OF_BYTE = "".join(ALPHABET[byte % len(ALPHABET)] for byte in range(256)).encode()


def new_token(code: str) -> str:
    """A token of one click: 20 of [a-z0-9], which every network can carry."""
    return code + os.urandom(TOKEN_LENGTH - len(code)).translate(_LETTER_OF_BYTE).decode()


def codes_in(token: str) -> list[str]:
    """The codes that a token may begin with, the longest first; the word itself where it is no longer than a code."""
    if len(token) > TOKEN_LENGTH:
        return []
    lengths = range(min(LONGEST_CODE, len(token)), SHORTEST_CODE - 1, -1)
    return [token[:length] for length in lengths if CODE.fullmatch(token[:length])]
