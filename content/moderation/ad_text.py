"""What a post that sells showed, in words and in rows, as the advertising file keeps it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from affiliate.tracking.api import Placement
from content.blocks.api import AD, ad_prefix, ai_words, approval
from content.moderation.checks import block_texts
from content.pages.api import AiUse, Post

Row = dict[str, Any]


def snapshot(page: Post) -> str:
    """The post from its label to its last word, as a reader in the site's own language reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [ad_prefix(page.title, True), page.verdict, _byline(page), f"{AD} {_disclosure(page)}"]
        for child in page.body:
            lines += _product(child.value) if child.block_type == "product" else _words(child)
        for name in ("price_note", "conditions", "shipping"):
            lines.append(getattr(page, name, ""))
    return "\n".join(line.strip() for line in lines if line and line.strip())


def products(placements: list[Placement]) -> list[Row]:
    """Whose goods they are, and what readers were told they cost."""
    return [
        {
            "code": placement.code,
            "block": placement.block_label,
            "network": placement.item.network,
            "item": placement.item.item_id,
            "shop": placement.item.shop,
            "title": placement.item.title,
            "price_minor": placement.item.final_price_minor,
            "currency": placement.item.currency,
            "source": placement.item.source,
            "seen_at": placement.item.seen_at.isoformat() if placement.item.seen_at else None,
        }
        for placement in placements
    ]


def terms(placements: list[Placement]) -> list[Row]:
    """What is known of the commission."""
    return [
        {
            "code": placement.code,
            "rate_bp": placement.item.commission_rate_bp,
            "commission_minor": placement.item.commission_minor,
        }
        for placement in placements
    ]


def content_hash(values: Row) -> str:
    """One number for what was shown. Prices move by themselves and are no change of the advertisement."""
    lasting = ("code", "block", "network", "item", "shop", "title")
    said = {
        **{name: values[name] for name in ("url", "label", "snapshot", "terms", "author_id", "ai_use")},
        "products": [{name: row[name] for name in lasting} for row in values["products"]],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _byline(page: Post) -> str:
    used_for = getattr(page, "used_for", "")
    ai = str(page.get_ai_use_display()) if page.ai_use != AiUse.NONE else ""
    return " · ".join(part for part in (page.author.name if page.author else "", ai, used_for) if part)


def _disclosure(page: Post) -> str:
    said = _(
        "This post has purchase links. If you buy through them, the site and the author earn a commission; "
        "your price stays the same."
    )
    return f"{said} {page.author.disclosure}" if page.author and page.author.disclosure else said


def _words(child: Any) -> list[str]:
    """A block that is no product, with its mark where a machine had a part in it."""
    mark = ai_words(child.value.get("ai_use") or "") if child.block_type in ("picture", "ai_text") else ""
    return [f"[{mark}]", *block_texts(child)] if mark else block_texts(child)


def _product(value: Any) -> list[str]:
    """A product card without its price, which stands in the rows with its time."""
    if value.item is None:
        return []
    label = f"{value.label_text} " if value.label_text else ""
    mark = ai_words(value.get("ai_use") or "")
    lines = [f"{AD} {label}{value.title}", f"[{mark}]" if mark else "", value.get("reason") or ""]
    lines += [f"+ {one}" for one in value.get("pros") or ()]
    lines += [f"- {one}" for one in value.get("cons") or ()]
    number = value.get("approval") or ""
    return [*lines, value.get("not_for") or "", f"{number} {approval.sentence_of(number)}"]
