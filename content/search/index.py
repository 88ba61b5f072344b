"""Keeps the index true to what is live: one entry a post, written when it is placed, gone when it is withdrawn."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from affiliate.tracking import api as tracking
from content.blocks.api import rendition
from content.pages.api import POST_TYPES, SMALL_COVER, AiUse, Post, address, cover_ai
from content.search import engine, vocabulary
from content.search.models import SearchEntry
from content.search.words import LONGEST_TEXT, index_tokens, known_words, words_of


def put(page: Post) -> SearchEntry | None:
    """Write or renew the entry of a live post. It keeps its number, which says how new it is. A post that not every
    reader may open is not found by anybody.
    """
    if page.get_view_restrictions().exists():
        remove(page.pk)
        return None
    text = body_text(page)
    with transaction.atomic():
        entry, _made = SearchEntry.objects.update_or_create(page_id=page.pk, defaults=_values(page, text))
        channel = page.get_parent()
        named = "\n".join([page.title, page.verdict, entry.author_name, channel.title if channel else "", text])
        engine.put(entry.pk, index_tokens(named))
        # Its own small transactions; a post whose words are not known yet is found all the same.
        transaction.on_commit(partial(vocabulary.learn, known_words(named)), robust=True)
    return entry


def remove(page_id: int) -> None:
    """Forget a post that is no longer live."""
    with transaction.atomic():
        for number in SearchEntry.objects.filter(page_id=page_id).values_list("pk", flat=True):
            engine.remove(number)
        SearchEntry.objects.filter(page_id=page_id).delete()


def rebuild() -> int:
    """Entries and known words anew, the oldest first, so that numbers grow with the date. Returns how many entries."""
    live = [
        (page.first_published_at or timezone.now(), kind, page.pk)
        for kind in POST_TYPES
        for page in kind.objects.live().public().only("pk", "first_published_at")
    ]
    with transaction.atomic():
        engine.clear()
        SearchEntry.objects.all().delete()
        vocabulary.forget()
    for _at, kind, pk in sorted(live, key=lambda row: (row[0], row[2])):
        page = kind.objects.filter(pk=pk, live=True).first()
        if page is not None:
            put(page)
    return len(live)


def body_text(page: Post) -> str:
    """Every word of the post's body, markup gone: first the prose, which excerpts read best from, then the products."""
    prose: list[str] = []
    words: list[str] = []
    for child in page.body:
        if child.block_type != "product":
            prose += [str(part) for part in child.block.get_searchable_content(child.value)]
            continue
        value = child.value
        words.append(value.title)
        if value.item is not None:
            words += [value.item.title, value.item.brand, value.item.shop]
        words += [value.get("reason") or "", value.get("not_for") or ""]
        words += [*(value.get("pros") or ()), *(value.get("cons") or ())]
    return "\n".join(dict.fromkeys(word.strip() for word in [*prose, *words] if word and word.strip()))[:LONGEST_TEXT]


def _values(page: Post, text: str) -> dict[str, Any]:
    items = [value.item for _path, value in page.products() if value.item is not None]
    author = page.author
    return {
        "kind": page.kind,
        "title": page.title,
        "url": address(page),
        "verdict": page.verdict,
        "text": text,
        "title_words": sorted(words_of(f"{page.title}\n{page.verdict}")),
        "cover_url": _cover(page),
        "item_id": items[0].pk if items else None,
        "ai_use": page.ai_use if page.ai_use != AiUse.NONE else "",
        "cover_ai": cover_ai(page),
        "has_links": bool(tracking.codes_of_page(page.pk)),
        "author_name": author.name if author else "",
        "author_handle": author.handle if author else "",
        "author_picture": author.picture.url if author and author.picture else "",
        "ends_at": getattr(page, "ends_at", None),
        "first_published_at": page.first_published_at or timezone.now(),
    }


def _cover(page: Post) -> str:
    """A small square of the cover."""
    cover = rendition(page.cover, SMALL_COVER)
    return str(cover.url) if cover else ""
