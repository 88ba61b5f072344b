"""JSON-LD of a post: what machines are told is what readers see, and never an affiliate link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from content.blocks.api import AiUse, ProductCard, ad_prefix
from content.pages.address import address

AI_SOURCES = {
    AiUse.GENERATED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    AiUse.ASSISTED: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
}
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def structured_data(post: Any, cards: Sequence[ProductCard], picture: str) -> SafeString:
    """One script's worth of JSON, safe inside HTML."""
    url = settings.SITE_URL + address(post)
    graph: list[dict[str, Any]] = [article(post, url, cards, picture)]
    return mark_safe(  # noqa: S308  every character that could end the script is escaped
        json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).translate(ESCAPES)
    )


def article(post: Any, url: str, cards: Sequence[ProductCard], picture: str) -> dict[str, Any]:
    """A review of the first product, or an article about them all."""
    data: dict[str, Any] = {
        "@type": "Article",
        "headline": ad_prefix(post.title, any(card.sells for card in cards))[:110],
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": "zh-Hans",
        "publisher": {"@type": "Organization", "name": settings.WAGTAIL_SITE_NAME, "url": settings.SITE_URL},
    }
    if post.ai_use in AI_SOURCES:
        data["digitalSourceType"] = AI_SOURCES[post.ai_use]
    if post.verdict:
        data["description"] = post.verdict
    if picture:
        data["image"] = picture
    if post.author is not None:
        data["author"] = {
            "@type": "Person",
            "name": post.author.name,
            "url": settings.SITE_URL + post.author.get_absolute_url(),
        }
    if post.first_published_at:
        data["datePublished"] = post.first_published_at.isoformat(timespec="seconds")
        data["dateModified"] = (post.last_published_at or post.first_published_at).isoformat(timespec="seconds")
    if post.kind == "review" and cards:
        data |= review(post, cards[0], url)
        cards = cards[1:]
    # Search engines call a product without an offer a fault; one that is only mentioned is better left out then.
    priced = [product(card, url) for card in cards if card.offer.price_minor is not None]
    if priced:
        data["about" if post.kind != "list" else "mentions"] = priced
    return data


def review(post: Any, card: ProductCard, url: str) -> dict[str, Any]:
    """What makes an article a review: the product, and the pros and cons that stand on the page."""
    data: dict[str, Any] = {
        "@type": "Review",
        "itemReviewed": product(card, url),
        "reviewBody": post.verdict or post.title,
    }
    for key, notes in (("positiveNotes", card.pros), ("negativeNotes", card.cons)):
        if notes:
            rows = [{"@type": "ListItem", "position": place, "name": one} for place, one in enumerate(notes, start=1)]
            data[key] = {"@type": "ItemList", "itemListElement": rows}
    return data


def product(card: ProductCard, url: str) -> dict[str, Any]:
    """A product with its offer, where a price may be shown."""
    offer = card.offer
    data: dict[str, Any] = {"@type": "Product", "name": offer.title}
    if offer.image_url:
        data["image"] = offer.image_url if "://" in offer.image_url else settings.SITE_URL + offer.image_url
    if offer.price_minor is not None:
        yuan, fen = divmod(offer.price_minor, 100)
        data["offers"] = {
            "@type": "Offer",
            "url": f"{url}#{card.anchor}",
            "price": f"{yuan}.{fen:02d}",
            "priceCurrency": "CNY",
            "availability": "https://schema.org/InStock",
            "seller": {"@type": "Organization", "name": offer.shop or offer.where},
        }
        if offer.coupon and offer.coupon.usable and offer.coupon.ends_at:
            data["offers"]["priceValidUntil"] = offer.coupon.ends_at.isoformat(timespec="seconds")
    return data
