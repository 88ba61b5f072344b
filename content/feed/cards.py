"""Makes a post's card: reads the page, its placements and the price record once, so that listings need not."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from affiliate.tracking import api as tracking
from content.blocks.api import Record, rendition
from content.feed import freshness
from content.feed.models import Card
from content.feed.score import score
from content.pages.api import CARD_COVER, AiUse, ChannelPage, Post, address, cover_ai, price_records

CHIPS = 2


def refresh(page: Post) -> Card:
    """Make or renew the card of a live post. What editors featured stays."""
    channel = page.get_parent()
    items = [value.item for _path, value in page.products() if value.item is not None]
    codes = tracking.codes_of_page(page.pk)
    main = next(((path, value.item) for path, value in page.products() if value.item is not None), None)
    values: dict[str, Any] = {
        "kind": page.kind,
        "channel_slug": channel.slug if channel else "",
        "channel_name": channel.title if channel else "",
        "title": page.title,
        "url": address(page),
        "verdict": page.verdict,
        "ai_use": page.ai_use if page.ai_use != AiUse.NONE else "",
        "cover_ai": cover_ai(page),
        "used_for": getattr(page, "used_for", ""),
        "item": main[1] if main else None,
        "code": codes.get((main[0], main[1].pk), "") if main else "",
        "chips": [{"item": item.pk, "title": item.title} for item in items[:CHIPS]],
        "product_count": len(items),
        "has_links": bool(codes),
        "ends_at": getattr(page, "ends_at", None),
        "first_published_at": page.first_published_at or timezone.now(),
        **_cover(page),
        **_author(page),
        **(record_values(price_records({main[1].pk}, timezone.now()).get(main[1].pk)) if main else {}),
    }
    card, made = Card.objects.update_or_create(page_id=page.pk, defaults=values)
    if made:
        card.score = first_score()
        card.save(update_fields=["score"])
    freshness.bump()
    return card


def show_or_hide(page: Post) -> None:
    """A card for a live post that everybody may read, none for any other."""
    if page.live and not page.get_view_restrictions().exists():
        refresh(page)
    else:
        remove(page.pk)


def remove(page_id: int) -> None:
    """Forget the card of a post that is no longer live."""
    Card.objects.filter(page_id=page_id).delete()
    freshness.bump()


def rebuild() -> int:
    """Every card anew; cards of posts that are not live go. Returns how many there are."""
    kept = []
    for kind in Post.__subclasses__():
        for page in kind.objects.live().public().iterator(chunk_size=100):
            kept.append(refresh(page).page_id)
    Card.objects.exclude(page_id__in=kept).delete()
    return len(kept)


def refresh_channel(channel: ChannelPage) -> None:
    """A renamed channel is renamed on the cards of its posts."""
    ids = channel.get_children().live().values_list("pk", flat=True)
    Card.objects.filter(page_id__in=list(ids)).update(channel_slug=channel.slug, channel_name=channel.title)
    freshness.bump()


def record_values(record: Record | None) -> dict[str, Any]:
    """The columns that hold the price record."""
    if record is None or record.usual_minor is None:
        return {"usual_minor": None, "low_minor": None, "low_at": None, "record_days": record.days if record else 0}
    return {
        "usual_minor": record.usual_minor,
        "low_minor": record.low_minor,
        "low_at": record.low_at,
        "record_days": record.days,
    }


def first_score() -> float:
    """A new post starts where a post of this minute without clicks stands."""
    now = timezone.now()
    return score(published_at=now, clicks=0, ended=False, now=now)


def _cover(page: Post) -> dict[str, Any]:
    cover = rendition(page.cover, CARD_COVER)
    if cover is None:
        return {"cover_url": "", "cover_width": 0, "cover_height": 0}
    return {"cover_url": cover.url, "cover_width": cover.width, "cover_height": cover.height}


def _author(page: Post) -> dict[str, Any]:
    author = page.author
    if author is None:
        return {"author_id": None, "author_name": "", "author_handle": "", "author_picture": ""}
    return {
        "author_id": author.pk,
        "author_name": author.name,
        "author_handle": author.handle,
        "author_picture": author.picture.url if author.picture else "",
    }
