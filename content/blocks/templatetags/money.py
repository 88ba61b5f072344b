"""Filters and tags for prices, times and icons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from content.blocks import times
from content.blocks.money import plain_price, price_html
from content.blocks.offer import Offer
from content.blocks.price_chart import Chart
from content.blocks.price_svg import markup, windows_markup
from content.blocks.price_windows import Window

register = template.Library()


@register.filter
def price(minor: int | None) -> SafeString | str:
    """An amount of fen as markup: ¥ and fen small."""
    return price_html(minor) if minor is not None else ""


@register.filter
def plain(minor: int | None) -> str:
    """An amount of fen as plain text."""
    return plain_price(minor) if minor is not None else ""


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago."""
    return times.ago(at, timezone.now()) if at else ""


@register.filter
def left(until: datetime | None) -> str:
    """How long still."""
    return times.left(until, timezone.now()) if until else ""


@register.filter
def day(at: datetime | None) -> str:
    """The date in the reader's words."""
    return times.day(at, timezone.now()) if at else ""


@register.filter
def stamp(at: datetime | None) -> str:
    """When a price was seen."""
    return times.stamp(at, timezone.now()) if at else ""


@register.filter
def as_of(offer: Offer | None) -> str:
    """Source and time of an offer's price, as short as a card needs it."""
    return offer.as_of(timezone.now(), " ") if offer else ""


@register.simple_tag
def icon(name: str, classname: str = "") -> SafeString:
    """An icon of the sprite; decoration only, a word stands beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classname,
        static("reader/icons.svg"),
        name,
    )


@register.simple_tag
def price_history(windows: Sequence[Window]) -> SafeString:
    """The price history over the stretch of time that the reader chooses."""
    return windows_markup(windows)


@register.simple_tag
def price_chart(chart: Chart) -> SafeString:
    """The price history as a drawing with a table behind it."""
    return markup(chart)
