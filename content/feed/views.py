"""The reader's listings: front page, channels, an author's storefront; and the language switch."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from affiliate.catalog.api import items_with_coupons
from affiliate.people.api import author_at
from affiliate.tracking import api as tracking
from content.blocks.api import Shop, of_item
from content.feed.choosing import each_product_once
from content.feed.listing import PAGE_SIZE, TABS, entries, ordered, rail
from content.feed.models import Card
from content.pages.api import ChannelPage

DEEPEST = 200
"""Pages of a listing; beyond it search is the better way."""
SHELF = 24
YEAR = 365 * 86_400


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 where nothing sensible was."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    if number > DEEPEST:
        raise Http404
    return max(1, number)


def one_page(cards: QuerySet[Card], number: int) -> tuple[list[Card], int | None]:
    """The cards of a page and the number of the next one, by asking for one card more than is shown."""
    start = (number - 1) * PAGE_SIZE
    found = list(cards[start : start + PAGE_SIZE + 1])
    if not found and number > 1:
        raise Http404
    return found[:PAGE_SIZE], number + 1 if len(found) > PAGE_SIZE else None


def channels() -> list[dict[str, str]]:
    """The channels in the order of the page tree."""
    found = ChannelPage.objects.live().order_by("path").values("slug", "title", "introduction")
    return [{**one, "url": f"/{one['slug']}/"} for one in found]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/`: the feed."""
    return listing(request)


def listing(request: HttpRequest, channel: ChannelPage | None = None) -> HttpResponse:
    """A page of the feed, of one channel or of all."""
    now = timezone.now()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    cards = ordered(tab, now)
    if channel is not None:
        cards = cards.filter(channel_slug=channel.slug)
    number = page_number(request)
    shown, following = one_page(cards, number)
    stopped = tracking.stopped_networks()
    context = {
        "channel": channel,
        "channels": channels(),
        "tab": tab,
        "tabs": TABS.items(),
        "entries": entries(shown, now, stopped),
        "page_number": number,
        "next_page": following,
        "rail": rail(now, stopped),
        "now": now,
        "canonical": canonical(request, tab, number),
    }
    return render(request, "feed/listing.html", context)


def canonical(request: HttpRequest, tab: str = "", number: int = 1) -> str:
    """The one address of a listing: only what changes it."""
    query = "&".join([*([f"tab={tab}"] if tab else []), *([f"page={number}"] if number > 1 else [])])
    return f"{settings.SITE_URL}{request.path}{'?' + query if query else ''}"


@require_safe
def storefront(request: HttpRequest, handle: str) -> HttpResponse:
    """`/u/<handle>/`: an author, what they recommend and what they wrote."""
    author = author_at(handle)
    if author is None:
        raise Http404
    if author.handle != handle:
        return redirect(author.get_absolute_url(), permanent=True)
    now = timezone.now()
    number = page_number(request)
    mine = Card.objects.filter(author_id=author.pk).order_by("-first_published_at", "-page_id")
    shown, following = one_page(mine, number)
    stopped = tracking.stopped_networks()
    picture = author.picture.url if author.picture else ""
    context: dict[str, Any] = {
        "author": author,
        "picture": picture,
        "share_picture": settings.SITE_URL + picture if picture.startswith("/") else picture,
        "entries": entries(shown, now, stopped),
        "shelf": shelf(shown, now, stopped) if number == 1 else [],
        "post_count": mine.count(),
        "page_number": number,
        "next_page": following,
        "now": now,
        "canonical": canonical(request, "", number),
    }
    return render(request, "feed/storefront.html", context)


def shelf(cards: list[Card], now: Any, stopped: Collection[str]) -> list[dict[str, Any]]:
    """The products of these posts, each once, with the exit of the post that speaks of it."""
    placements = tracking.codes_of_pages([card.pk for card in cards])
    codes: dict[int, tuple[str, Card]] = {}
    for card in cards:
        for placement in placements.get(card.pk, []):
            codes.setdefault(placement.item_id, (placement.code, card))
    items = items_with_coupons(list(codes)[: 2 * SHELF])
    shops = each_product_once(
        (items[pk], Shop(of_item(items[pk], now, stopped=stopped), code))
        for pk, (code, _card) in codes.items()
        if pk in items
    )
    return [
        {"offer": shop.offer, "card": codes[shop.offer.item_pk][1], "exit_url": f"{shop.exit_url}?s=shelf"}
        for shop in shops
        if shop.exit_url
    ][:SHELF]


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language a reader chose in a cookie. It changes nothing but what they see, so it needs no token:
    a token would make every cached page a page of one's own.
    """
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
    return response
