"""Who clicks: reader, suspect, bot, prefetch or staff. A repeated click is told later, by whoever writes it down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from affiliate.tracking.exit.apps import client_class

HUMAN, SUSPECT, BOT, PREFETCH, STAFF, DUPLICATE = "human", "suspect", "bot", "prefetch", "staff", "duplicate"
SENT_ON = frozenset({HUMAN, SUSPECT, STAFF, DUPLICATE})
"""The classes that reach a shop. Bots, prefetches and previews never do."""
USER_AGENT_CHARS = 1024
EARLY_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
EARLY_WORDS = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
PAGE_DESTINATIONS = frozenset({"", "document"})


class Client(NamedTuple):
    """What a user agent tells: `automatic` is the class it gives by itself, "" for a reader's."""

    automatic: str
    app: str
    platform: str


def _read_rules() -> dict[str, re.Pattern[str]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (Path(__file__).parent / "bots.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {name: re.compile("|".join(f"(?:{rule})" for rule in rules), re.I) for name, rules in sections.items()}


RULES = _read_rules()


@lru_cache(maxsize=4096)
def client_of(user_agent: str) -> Client:
    """The same few strings come again and again, so each is judged once."""
    if not user_agent.strip():
        return Client(SUSPECT, "", "")
    automatic = next((kind for kind, rules in RULES.items() if rules.search(user_agent)), "")
    return Client(automatic, *client_class(user_agent))


def classify(environ: Mapping[str, Any], client: Client, *, is_staff: bool) -> str:
    """The class of one visit, from its headers, its client and whether a member of staff is logged in."""
    if client.automatic in (BOT, PREFETCH):
        return client.automatic
    if environ["REQUEST_METHOD"] == "HEAD" or _is_early(environ):
        return PREFETCH
    if is_staff:
        return STAFF
    if client.automatic or environ.get("HTTP_SEC_FETCH_DEST", "") not in PAGE_DESTINATIONS:
        return SUSPECT
    return HUMAN


def _is_early(environ: Mapping[str, Any]) -> bool:
    """Whether a browser asks ahead of its person."""
    return any(name in environ and EARLY_WORDS.search(environ[name]) for name in EARLY_HEADERS)
