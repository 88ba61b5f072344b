"""The share kit of a post: every link of its product blocks, in each form its network gave, to be copied."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from affiliate.connections.api import network_name
from affiliate.tracking.api import LinkState, Placement, links_of_page, stopped_networks

OPERATES = "earnings.manage_earnings"
TOKEN = "{token}"  # noqa: S105  what the exit puts a click's token in place of
FORMS: list[tuple[str, Promise, Promise]] = [
    (
        "token_text",
        _lazy("Password (口令)"),
        _lazy("For chats. Whoever copies it and opens the shop's app is shown the product."),
    ),
    (
        "short_url",
        _lazy("Short link of the network"),
        _lazy("Where every character counts. Clicks on it are not counted here; orders are credited all the same."),
    ),
    ("url", _lazy("Web link of the network"), _lazy("As the short link, and longer.")),
    (
        "deeplink",
        _lazy("Link into the shop's app"),
        _lazy("For pages of your own on phones, behind a button. Chats do not open it."),
    ),
    (
        "mini_program",
        _lazy("WeChat mini-program"),
        _lazy(
            "For an article of your own 公众号: insert a mini-program there, with this app ID and path. A page of this "
            "site cannot open it."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a link: what it is called, what it is good for, and the text to copy."""

    key: str
    name: str
    use: str
    text: str


@dataclass(frozen=True, slots=True)
class Kit:
    """A placement with its forms, the tracked link first."""

    placement: Placement
    network: str
    forms: list[Form]
    note: str


@require_safe
@never_cache
def links(request: HttpRequest, page_id: int) -> HttpResponse:
    """For whoever may edit the post, and for operators, in a constant number of queries."""
    page = get_object_or_404(Page, pk=page_id)
    if not (page.permissions_for_user(request.user).can_edit() or request.user.has_perm(OPERATES)):
        raise PermissionDenied
    stopped = stopped_networks()
    context = {
        "kits": [_kit(placement, placement.item.network in stopped) for placement in links_of_page(page.pk)],
        "post": page,
        "page_title": _("Links"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Links")},
        ],
    }
    return render(request, "desk/links.html", context)


def _kit(placement: Placement, off: bool) -> Kit:
    link = placement.link
    tracked = Form(
        "tracked",
        _("Tracked link"),
        _("The best choice anywhere: it counts clicks, finds the way that works in the reader's app, and never ends."),
        f"{settings.SITE_URL}/go/{placement.code}",
    )
    holds = link.state == LinkState.READY and (link.expires_at is None or link.expires_at > timezone.now())
    forms = [tracked, *_of_network(placement)] if holds and not off else [tracked]
    return Kit(placement, _(network_name(placement.item.network)), forms, _note(placement, off, holds))


def _of_network(placement: Placement) -> list[Form]:
    """What the network gave. A link that waits for a click's token is the exit's alone."""
    said = [(key, name, use, getattr(placement.link, key)) for key, name, use in FORMS]
    return [Form(key, str(name), str(use), text) for key, name, use, text in said if text and TOKEN not in text]


def _note(placement: Placement, off: bool, holds: bool) -> str:
    """What is to be known before one shares it."""
    if off:
        return _("This network is switched off: readers are shown the other shops, or the post.")
    if not placement.item.available:
        return _("The shop took this down: readers are asked before they are sent there.")
    if not holds:
        return _("The network has not given a link yet: the tracked link leads to the plain item and earns nothing.")
    return ""
