"""All checks over one post, the weightiest finding first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from content.moderation import words
from content.moderation.checks import landings, making, offering, selling
from content.moderation.checks.finding import Finding
from content.moderation.checks.goods import Goods
from content.moderation.checks.seen import Seen
from content.moderation.checks.texts import Text
from content.pages.api import Post

VERSION = f"{words.VERSION}.2"
"""Of all rules; stored with every run and every override. Change it with them."""

ALWAYS_SERIOUS = frozenset({"gated"})
SERIOUS_IN_TITLES = frozenset({"absolute", "bare_low", "list_price", "medical"})
STOPS_WHAT_SELLS = frozenset({"list_price", "medical"})
"""In a title or on a card of a post that sells: these two are easily said another way."""

MAY_SPEAK_OF_DISEASE = frozenset({Goods.MEDICINE, Goods.DEVICE, Goods.SPECIAL_FOOD})
"""With an approval, of what it says. Health food never: it is none of these (Advertising Law 18)."""

CHECKS: tuple[Callable[[Seen], Iterator[Finding]], ...] = (
    selling.goods_findings,
    selling.place_findings,
    offering.price_findings,
    offering.terms_findings,
    making.use_findings,
    making.ai_findings,
    landings.landing_findings,
    selling.network_findings,
)


def check(post: Post) -> list[Finding]:
    """Findings in a post: what it sells and how, then its words."""
    seen = Seen(post)
    return _of_all(seen, seen.texts)


def check_typed(post: Post, texts: Iterable[Text]) -> list[Finding]:
    """Findings for whoever still writes: facts as they were saved last, words as they stand in the form.

    That a link was not opened yet is the editors' affair: the worker opens it once the post is submitted.
    """
    return [one for one in _of_all(Seen(post), texts) if one.rule != "landing_untested"]


def check_texts(texts: Iterable[Text]) -> list[Finding]:
    """Findings in words alone, each word once a place."""
    found: dict[tuple[str, str, str], Finding] = {}
    for where, text in texts:
        for hit in words.hits(text):
            serious = hit.rule in ALWAYS_SERIOUS or (where != "text" and hit.rule in SERIOUS_IN_TITLES)
            one = Finding(hit.rule, where, hit.word, hit.around, serious=serious)
            found.setdefault(one.key, one)
    return _sorted(found.values())


def _of_all(seen: Seen, texts: Iterable[Text]) -> list[Finding]:
    found = {one.key: one for each in CHECKS for one in each(seen)}
    return _sorted([*found.values(), *_of_words(seen, texts)])


def _of_words(seen: Seen, texts: Iterable[Text]) -> Iterator[Finding]:
    approved = any(sold.sorts & MAY_SPEAK_OF_DISEASE and sold.value.get("approval") for sold in seen.sold)
    for one in check_texts(texts):
        if one.rule == "medical" and approved:
            continue
        yield replace(one, blocks=bool(seen.sold) and one.where != "text" and one.rule in STOPS_WHAT_SELLS)


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: finding.weight)
