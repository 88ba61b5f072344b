"""The demo's posts: channels, reviews, deals and lists, published as an editor would."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.utils.file import hash_filelike

from affiliate.catalog.api import Item
from affiliate.people.api import Author
from content.pages.api import ChannelPage, DealPage, HomePage, ListPage, Post, ReviewPage

TYPES: dict[str, type[Post]] = {"review": ReviewPage, "deal": DealPage, "list": ListPage}
LABELS = {"首选": "first", "省钱之选": "saver", "进阶": "step_up"}


def load_channels(rows: list[dict[str, Any]], home: HomePage) -> dict[str, ChannelPage]:
    """Channels by slug, below the front page."""
    channels = {}
    for row in rows:
        channel = ChannelPage.objects.child_of(home).filter(slug=row["slug"]).first()
        if channel is None:
            channel = ChannelPage(title=row["name"], slug=row["slug"], introduction=row["intro"], show_in_menus=True)
            home.add_child(instance=channel)
            channel.save_revision().publish()
        channels[channel.slug] = channel
    return channels


def load_post(
    row: dict[str, Any],
    channel: ChannelPage,
    author: Author,
    items: dict[str, Item],
    pictures: Path,
    now: datetime,
) -> Page:
    """One post, published in the past. A post that stands there already is left alone."""
    if found := channel.get_children().filter(slug=row["slug"]).first():
        return found
    at = now - timedelta(days=row.get("days_ago") or 0, hours=row.get("hours_ago") or 0)
    fields: dict[str, Any] = {"title": row["title"], "slug": row["slug"], "verdict": row.get("verdict", "")[:160]}
    if row["kind"] == "review":
        fields |= {"used_for": row.get("used_for", ""), "used_how": "bought" if row.get("used_for") else ""}
    if row["kind"] == "deal":
        fields |= _deal(row.get("deal", {}), now)
    page = TYPES[row["kind"]](
        **fields,
        author=author,
        owner=author.user,
        cover=picture(pictures / "covers" / row["cover"], row["title"]),
        body=[_block(block, items, pictures) for block in row["body"]],
        first_published_at=at,
    )
    channel.add_child(instance=page)
    revision = page.save_revision()
    revision.publish()
    type(page).objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)
    return page


def _deal(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    ends = row.get("ends_in_hours")
    return {
        "price_note": row.get("how", "")[:120],
        "ends_at": now + timedelta(hours=ends) if ends is not None else None,
        "shipping": row.get("shipping", "")[:120],
        "conditions": row.get("conditions", "")[:200],
    }


def _block(row: dict[str, Any], items: dict[str, Item], pictures: Path) -> tuple[str, Any]:
    match row["type"]:
        case "heading" | "note":
            return row["type"], row["text"]
        case "paragraph":
            return "paragraph", row["html"]
        case "quote":
            return "quote", {"text": row["text"], "who": row.get("who", "")}
        case "picture":
            image = picture(pictures / "covers" / row["file"], row.get("caption", ""))
            image.contextual_alt_text, image.decorative = row.get("caption", ""), False
            return "picture", {"image": image, "caption": row.get("caption", ""), "credit": row.get("credit", "")}
        case _:
            return "product", {
                "item": items[row["ref"]],
                "own_title": row.get("title", ""),
                "label": LABELS.get(row.get("label", ""), ""),
                "reason": row.get("reason", "")[:160],
                "pros": row.get("pros", []),
                "cons": row.get("cons", []),
                "not_for": row.get("not_for", ""),
            }


def picture(path: Path, title: str) -> Any:
    """The image of a file, taken into the library once."""
    model = get_image_model()
    with path.open("rb") as file:
        if found := model.objects.filter(file_hash=hash_filelike(file)).first():
            return found
        words = title or path.stem
        image = model(title=words[:255], description=words[:255], file=ImageFile(file, name=path.name))
        # The upload form does this; without a hash, renditions of other installations' pictures pass for ours.
        image._set_image_file_metadata()
        image.save()
    return image
