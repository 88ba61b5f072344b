"""The pages of tracked links: the card for bots and previews, the helping page, the app's page, the page of a shop that
is away, the friendly 404.

None of them redirects, and none holds an affiliate link of the web: only the exit sends there. What opens an app must
stand in the page that is tapped, so the app's page holds it; no bot is shown that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from affiliate.connections.api import network_name
from affiliate.tracking.away import others_of, stopped_networks
from affiliate.tracking.exit.handover import ENVIRON_KEY, Handover, Reason
from affiliate.tracking.models import LinkState, Placement, PlacementLink
from affiliate.tracking.targets import app_link

SHARE_CARD = "reader/share-ad.png"
"""A picture of the site's own with 广告 burnt in: a shop's picture cannot carry the label."""


@dataclass(frozen=True, slots=True)
class HelpWords:
    """What helps a reader on: the 口令, the ways out of this app, and where the shop's own app is the better place
    (`app_link` is empty everywhere else) what opens it.
    """

    token_text: str
    address: str
    open_anyway: str
    qr: SafeString
    app: str
    platform: str
    app_link: str = ""


@never_cache
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponse:
    """The page that the exit asked for. Reached without the exit, a code shows its card."""
    handover: Handover = request.META.get(ENVIRON_KEY) or Handover(Reason.CARD, code[:20].lower())
    placement = _placement(handover)
    if placement is None:
        response = render(request, "tracking/missing.html", status=404)
    elif handover.reason in (Reason.HELP, Reason.APP):
        context = {"placement": placement, "shop": _shop(placement), "help": _help(placement, handover)}
        response = render(request, f"tracking/{handover.reason.value}.html", context)
    elif handover.reason == Reason.AWAY:
        response = render(request, "tracking/away.html", _away(placement))
    elif handover.reason == Reason.CLOSED:
        response = render(request, "tracking/closed.html", {"placement": placement}, status=404)
    else:
        context = {
            "placement": placement,
            "shop": _shop(placement),
            "canonical": _canonical(placement),
            "picture": settings.SITE_URL + static(SHARE_CARD),
        }
        response = render(request, "tracking/card.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _placement(handover: Handover) -> Placement | None:
    if handover.reason == Reason.MISSING:
        return None
    return Placement.objects.filter(code=handover.code).select_related("item", "author", "link").first()


def _away(placement: Placement) -> dict[str, Any]:
    """What is said of a shop that is away. Another shop is offered, never jumped to: the reader chose this one."""
    return {
        "placement": placement,
        "shop": _shop(placement),
        "others": [{"shop": _shop(other), "url": f"/go/{other.code}?s=away"} for other in others_of(placement)],
        "anyway": "" if placement.item.network in stopped_networks() else f"/go/{placement.code}?open=1",
    }


def _shop(placement: Placement) -> str:
    """Whose app or site the exit opens: the network's, and not the shop's inside it; only a direct merchant is both."""
    if placement.item.network == "direct" and placement.item.shop:
        return placement.item.shop
    return _(network_name(placement.item.network))


def _canonical(placement: Placement) -> str:
    return settings.SITE_URL + placement.page_url if placement.page_url.startswith("/") else placement.page_url


def _help(placement: Placement, handover: Handover) -> HelpWords:
    """The password only while it holds; the address that every other way opens is the tracked link itself."""
    link: PlacementLink | None = getattr(placement, "link", None)
    holds = (
        link is not None
        and link.state == LinkState.READY
        and (link.expires_at is None or link.expires_at > timezone.now())
    )
    address = f"{settings.SITE_URL}/go/{placement.code}"
    return HelpWords(
        token_text=link.token_text if link is not None and holds else "",
        address=address,
        open_anyway=f"/go/{placement.code}?open=1",
        qr=_qr(address),
        app=handover.app,
        platform=handover.platform,
        app_link=app_link(placement) if handover.reason == Reason.APP and holds else "",
    )


def _qr(address: str) -> SafeString:
    """The address as a picture for another device, drawn from our own text alone."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass="go-qr__code", lineclass=None))  # noqa: S308
