"""What a reader's page needs beside the page itself, in a constant number of queries however many product blocks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.templatetags.static import static
from django.utils import timezone
from wagtail.images.models import Rendition
from wagtail.rich_text import expand_db_html

from affiliate.catalog.api import PriceObservation
from affiliate.tracking import api as tracking
from content.blocks.api import (
    ProductCard,
    Record,
    Sighting,
    Window,
    ai_words,
    inert,
    price_chart,
    price_record,
    price_windows,
    price_words,
    rendition,
    rich_text,
)
from content.pages.address import address
from content.pages.ai import AiUse, cover_ai, made_by_ai
from content.pages.offering import shops_of
from content.pages.pictures import COVER, SHARE_AD, SHARE_CARD
from content.pages.structured_data import structured_data

CHARACTERS_A_MINUTE = 400
LONG_MINUTES = 3
CUT = "<!--zc-cut-->"
"""Between paragraphs while their links are looked up together; rich text from the editor holds no comments."""
SEEN = ("seen_at", "final_price_minor", "price_minor")
"""The columns of an observation that make a Sighting, in its order."""


@dataclass(frozen=True, slots=True)
class Part:
    """One block of the body, made ready."""

    kind: str
    anchor: str
    value: Any
    html: str = ""
    card: ProductCard | None = None
    ai: Any = ""
    """What a machine had to do with it: as the writer declares, or as a picture's file says. Empty for nothing."""


def reading_context(post: Any, request: Any) -> dict[str, Any]:
    """Template context of a post."""
    now = timezone.now()
    cards = product_cards(post, now, preview=inert(request))
    by_ai = made_by_ai([post.cover_id, *picture_ids(post)])
    parts = body_parts(post, cards, by_ai)
    shown = [part.card for part in parts if part.card is not None]
    main = shown[0] if shown else None
    minutes = reading_minutes(post)
    headings = [part for part in parts if part.kind == "heading"]
    ended = bool(getattr(post, "ends_at", None) and post.ends_at <= now)
    author = post.author
    channel = post.get_parent()
    cover = rendition(post.cover, COVER)
    is_ad = any(card.sells for card in shown)
    picture = share_picture(post, is_ad, main)
    return {
        "channel": channel,
        "channel_url": f"/{channel.slug}/" if channel else "/",
        "canonical": settings.SITE_URL + address(post),
        "cover": cover,
        "share_picture": picture,
        "author_picture": author.picture.url if author and author.picture else "",
        "parts": parts,
        "rest": [part for part in parts if part.card is None or part.card is not main],
        "cards": shown,
        "main_card": main,
        "history": price_history(main, now) if main and post.kind == "deal" else (),
        "is_ad": is_ad,
        "cover_ai": ai_words(cover_ai(post, by_ai)),
        "ai": ai_words(post.ai_use),
        "inert": inert(request),
        "ended": ended or bool(main and main.offer.gone),
        "now": now,
        "minutes": minutes,
        "contents": headings if minutes >= LONG_MINUTES and len(headings) >= 3 else [],
        "last_check": _last_check(shown),
        "structured_data": structured_data(post, shown, picture),
    }


def _last_check(cards: list[ProductCard]) -> datetime | None:
    """When the oldest of the prices that are shown was checked: the newest would promise too much for the others."""
    seen = [card.offer.seen_at for card in cards if card.offer.price_minor is not None and card.offer.seen_at]
    return min(seen, default=None)


def product_cards(post: Any, now: datetime, *, preview: bool) -> dict[str, ProductCard]:
    """A card per product block, by block id: placements in one query, price records in another, and two or three for
    the other shops where products are joined.
    """
    blocks = [(path, value) for path, value in post.products() if value.item is not None]
    if not blocks:
        return {}
    codes = {} if preview else tracking.codes_of_page(post.pk)
    shops = shops_of(blocks, codes, now, preview=preview)
    records = price_records({found[0].offer.item_pk for found in shops.values()}, now)
    cards = {}
    for place, (path, value) in enumerate(blocks, start=1):
        best, *others = shops[path]
        offer = best.offer
        record = records.get(offer.item_pk)
        cards[path] = ProductCard(
            anchor=f"p-{path[:8]}",
            rank=place if post.kind == "list" else None,
            offer=offer,
            code=best.code,
            preview=preview,
            label=str(value.label_text),
            label_key=value.get("label") or "",
            reason=value.get("reason") or "",
            pros=tuple(value.get("pros") or ()),
            cons=tuple(value.get("cons") or ()),
            not_for=value.get("not_for") or "",
            usual_minor=record.usual_minor if record else None,
            phrase=price_words.record_phrase(record, offer.price_minor, now),
            sentence=price_words.sentence(record, offer.price_minor, offer.where, now),
            chart=price_chart.draw(record, now),
            as_of=offer.as_of(now),
            ai=ai_words(value.get("ai_use") or ""),
            approval=value.get("approval") or "",
            others=tuple(others),
            instead=all(shop.offer.item_pk != value.item.pk for shop in shops[path]),
        )
    return cards


def price_records(item_ids: set[int], now: datetime) -> dict[int, Record]:
    """Our own price records of the items, one query for all. The window begins with what held when it opened."""
    since = now - price_record.WINDOW - timedelta(days=60)
    rows = PriceObservation.objects.filter(item_id__in=item_ids, seen_at__gte=since).order_by("seen_at")
    found: dict[int, list[Sighting]] = {}
    for item_id, *seen in rows.values_list("item_id", *SEEN):
        found.setdefault(item_id, []).append(Sighting(*seen))
    records = {item_id: price_record.read(sightings, now) for item_id, sightings in found.items()}
    return {item_id: record for item_id, record in records.items() if record is not None}


def price_history(card: ProductCard, now: datetime) -> tuple[Window, ...]:
    """All that we have seen of one item's price, in the windows a reader may choose."""
    rows = PriceObservation.objects.filter(item_id=card.offer.item_pk).order_by("seen_at")
    return price_windows.draw([Sighting(*seen) for seen in rows.values_list(*SEEN)], now)


def picture_ids(post: Any) -> list[int | None]:
    """The pictures of the body."""
    return [getattr(child.value["image"], "pk", None) for child in post.body if child.block_type == "picture"]


def body_parts(post: Any, cards: dict[str, ProductCard], by_ai: Collection[int] = ()) -> list[Part]:
    """The body in order; product blocks without an item are left out, for there is nothing to say of them."""
    children = list(post.body)
    images = [child.value["image"] for child in children if child.block_type == "picture"]
    _load_renditions(images)
    paragraphs = _paragraphs([child for child in children if rich_text(child) is not None])
    parts = []
    for child in children:
        if child.block_type == "product" and child.id not in cards:
            continue
        parts.append(
            Part(
                kind=child.block_type,
                anchor=f"h-{child.id[:8]}",
                value=child.value,
                html=paragraphs.get(child.id, ""),
                card=cards.get(child.id),
                ai=_ai(child, by_ai),
            )
        )
    return parts


def _ai(child: Any, by_ai: Collection[int]) -> Any:
    """What readers are told of a block's making. A file that says so is believed before the writer."""
    if child.block_type == "picture" and getattr(child.value["image"], "pk", None) in by_ai:
        return ai_words(AiUse.GENERATED)
    return ai_words(child.value.get("ai_use") or "") if child.block_type in ("picture", "ai_text") else ""


def _load_renditions(images: list[Any]) -> None:
    """Every size of every picture in one query, however many pictures."""
    found = [image for image in images if image is not None]
    if found:
        prefetch_related_objects(found, Prefetch("renditions", Rendition.objects.all(), "prefetched_renditions"))


def share_picture(post: Any, is_ad: bool, main: ProductCard | None) -> str:
    """What chats show of a shared link. A post that sells has the label burnt in; a shop's picture cannot have it, so a
    post without a cover is shared with a labelled card of the site.
    """
    picture = rendition(post.cover, SHARE_AD if is_ad else COVER)
    if picture is not None:
        return _absolute(picture.url)
    if is_ad:
        return _absolute(static(SHARE_CARD))
    return _absolute(main.offer.image_url) if main and main.offer.image_url else ""


def _absolute(url: str) -> str:
    return url if "://" in url else settings.SITE_URL + url


def _paragraphs(children: list[Any]) -> dict[str, str]:
    """Rich text of all paragraphs at once, so that links to pages cost one query, not one a paragraph."""
    html = expand_db_html(CUT.join(rich_text(child).source for child in children)) if children else ""
    return dict(zip((child.id for child in children), html.split(CUT), strict=False))


def reading_minutes(post: Any) -> int:
    """How long it takes to read, from the characters of its words."""
    characters = 0
    for child in post.body:
        if (words := rich_text(child)) is not None:
            characters += len(words.source)
        elif child.block_type in ("heading", "note"):
            characters += len(child.value)
    return max(1, round(characters / CHARACTERS_A_MINUTE))
