"""Answers a question: one page of results in a constant number of queries, however many posts match."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from affiliate.catalog.api import items_with_coupons, same_product
from affiliate.tracking.api import stopped_networks
from content.blocks.api import Offer, best_offer
from content.search import engine, vocabulary
from content.search.models import SearchEntry
from content.search.ranking import Found, ranked
from content.search.words import LONGEST_QUESTION, Word, candidates, folded, loosened, question

PAGE_SIZE = 20
LAST_PAGE = engine.MOST_MATCHES // PAGE_SIZE
EXCERPT = 90
BEFORE = 14


@dataclass(frozen=True, slots=True)
class Result:
    """One post as the results show it."""

    post: SearchEntry
    offer: Offer | None
    excerpt: SafeString
    ended: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results. `loose` says that no post holds all of the words, and these hold some."""

    asked: str
    results: list[Result]
    count: int
    more_than_counted: bool
    page: int
    next_page: int | None
    loose: bool


def answer(asked: str, page: int, now: datetime) -> Answer:
    """Find, rank, and make ready the asked page."""
    asked = " ".join(asked.replace("\x00", " ").split())[:LONGEST_QUESTION]
    words = question(asked, vocabulary.known(candidates(asked)))
    numbers = engine.find(words)
    less = loosened(words)
    loose = not numbers and bool(less) and (len(words) > 1 or less != words)
    if loose:
        words = less
        numbers = engine.find(words, any_word=True)
    order = _order(numbers, asked, words, now) if numbers else []
    page = min(max(page, 1), LAST_PAGE, max(1, -(-len(order) // PAGE_SIZE)))
    shown = order[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Answer(
        asked=asked,
        results=_results(shown, words, now) if shown else [],
        count=len(order),
        more_than_counted=len(numbers) >= engine.MOST_MATCHES,
        page=page,
        next_page=page + 1 if len(order) > page * PAGE_SIZE else None,
        loose=loose,
    )


def _order(numbers: list[int], asked: str, words: list[Word], now: datetime) -> list[int]:
    rows = SearchEntry.objects.filter(pk__in=numbers).values_list(
        "pk", "title", "verdict", "title_words", "first_published_at"
    )
    return ranked([Found(*row) for row in rows.order_by()], asked, words, now)


def _results(numbers: list[int], words: list[Word], now: datetime) -> list[Result]:
    entries = SearchEntry.objects.in_bulk(numbers)
    posts = [entries[number] for number in numbers if number in entries]
    items = items_with_coupons({post.item_id for post in posts if post.item_id})
    joined, stopped = same_product(items.values()), stopped_networks() if items else ()
    offers = {pk: best_offer(item, joined[pk], now, stopped=stopped) for pk, item in items.items()}
    return [_result(post, offers.get(post.item_id or 0), words, now) for post in posts]


def _result(post: SearchEntry, offer: Offer | None, words: list[Word], now: datetime) -> Result:
    over = bool(post.ends_at and post.ends_at <= now) or bool(offer and offer.gone)
    return Result(post, offer, excerpt(post, words), ended=post.kind == "deal" and over)


def excerpt(post: SearchEntry, words: list[Word]) -> SafeString:
    """The verdict, or the sentence around the first asked word that it lacks; the words marked, everything escaped."""
    plain = folded(post.verdict)
    if post.verdict and any(word.text in plain for word in words):
        return marked(post.verdict, words)
    body = " ".join(post.text.split())
    lowered = folded(body)
    places = [lowered.find(word.text) for word in words]
    at = min((place for place in places if place >= 0), default=-1)
    if at < 0:
        return marked(post.verdict or body[:EXCERPT], words)
    start = _beginning(body, at)
    cut = body[start : start + EXCERPT]
    return marked(("…" if start else "") + cut + ("…" if start + EXCERPT < len(body) else ""), words)


def _beginning(body: str, at: int) -> int:
    """Where an excerpt begins so that the word stands in its first line: after a stop, or a few characters before."""
    stops = [body.rfind(stop, max(at - BEFORE, 0), at) for stop in "。！？；，、：,. "]
    after = max(stops) + 1
    return after if after else max(at - BEFORE // 2, 0)


def marked(text: str, words: list[Word]) -> SafeString:
    """The text escaped, with the asked words between <mark> and </mark>."""
    lowered = folded(text)
    hit = [False] * len(text)
    for word in words:
        at = lowered.find(word.text)
        while at >= 0:
            hit[at : at + len(word.text)] = [True] * len(word.text)
            at = lowered.find(word.text, at + 1)
    parts: list[tuple[bool, str]] = []
    for char, on in zip(text, hit, strict=True):
        if parts and parts[-1][0] == on:
            parts[-1] = (on, parts[-1][1] + char)
        else:
            parts.append((on, char))
    return format_html_join("", "{}{}{}", ((_tag(on, "<mark>"), part, _tag(on, "</mark>")) for on, part in parts))


def _tag(on: bool, tag: str) -> SafeString:
    return SafeString(tag if on else "")
