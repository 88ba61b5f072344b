"""What a writer is told when something did not work: what happened, what was kept, what to do next."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from affiliate.connections import api as connections
from affiliate.networks.api import NetworkError, find_urls, normalised

BY_KIND = {
    "wait": gettext_lazy(
        "%(shop)s was asked too often just now. What the text says is kept; the product completes itself in "
        "some minutes."
    ),
    "protocol": gettext_lazy(
        "%(shop)s gave an answer that cannot be understood. What the text says is kept and an operator can "
        "see the failure; fill in the rest by hand, or wait until the product completes itself."
    ),
    "reauthorise": gettext_lazy(
        "%(shop)s no longer accepts this site's credentials. What the text says is kept; an operator must "
        "renew them. Until then, fill in the rest by hand."
    ),
    "permission": gettext_lazy(
        "%(shop)s does not let this site ask for items yet. What the text says is kept; fill in the rest by "
        "hand. An operator can apply for the permission."
    ),
    "not_found": gettext_lazy(
        "%(shop)s does not know this item: it may be taken down, or the link is cut short. What the text "
        "says is kept; check the link in the shop's app."
    ),
    "not_promotable": gettext_lazy(
        "%(shop)s pays nothing for this item. You can still use it; the link leads to the shop and earns nothing."
    ),
    "bad_input": gettext_lazy(
        "%(shop)s cannot do anything with this link. What the text says is kept; open the item in the shop's "
        "app and copy its link again."
    ),
    "off": gettext_lazy(
        "%(shop)s is switched off. What the text says is kept, and you can fill in the rest by hand. When it "
        "is switched on again, the product completes itself."
    ),
    "unavailable": gettext_lazy(
        "%(shop)s does not answer at the moment. What the text says is kept, and you can fill in the rest by "
        "hand. The product completes itself later."
    ),
}
"""What each kind of error means to a writer."""

BY_CODE = {
    "no_lookup": gettext_lazy(
        "%(shop)s has no interface to ask. The link is kept; fill in title and price by hand, and it is ready."
    ),
    "no_credentials": gettext_lazy(
        "%(shop)s is not connected yet. What the text says is kept, and you can fill in the rest by hand. "
        "When an operator has connected it, the product completes itself."
    ),
    "breaker_open": gettext_lazy(
        "%(shop)s has not answered for a while and is left alone for some minutes. What the text says is "
        "kept; the product completes itself later."
    ),
    "off_list": gettext_lazy(
        "The short link leads away from %(shop)s, so it was not followed. What the text says is kept. Open "
        "the item in the shop's app and copy its own link."
    ),
    "not_allowed": gettext_lazy(
        "The short link leads away from %(shop)s, so it was not followed. What the text says is kept. Open "
        "the item in the shop's app and copy its own link."
    ),
    "loop": gettext_lazy(
        "The short link redirects for ever, so it was given up. What the text says is kept. Open the item in "
        "the shop's app and copy its own link."
    ),
    "no_single_item": gettext_lazy(
        "The short link leads to a shop or an activity of %(shop)s, not to one item. Open the item there and "
        "copy its own link."
    ),
}
"""Codes of this house that say more than their kind."""


def explain(error: NetworkError) -> str:
    """The error in plain words for the writer, in the language in force."""
    return explain_kind(error.kind, error.network, error.code)


def explain_kind(kind: str, network: str, code: str = "") -> str:
    """The same from what is stored of an error."""
    shop = connections.network_name(network) or _("the shop")
    words = BY_CODE.get(code) or BY_KIND.get(kind) or BY_KIND["unavailable"]
    return str(words) % {"shop": shop}


def explain_nothing(text: str) -> str:
    """Why a text led to no item, and what to paste instead."""
    urls = find_urls(text)
    if not text.strip():
        return _("Nothing was pasted. Paste a link, or the whole text that the shop's app shares.")
    if not urls:
        if any(sign in normalised(text) for sign in ("￥", "¥", "$", "€")) or "口令" in text:
            return _(
                "There is no link in this text, only a code. Codes of this shop are not understood yet. Open the item "
                "in the shop's app, copy its link and paste that."
            )
        return _(
            "There is no link in this text. Copy the item's link in the shop's app and paste it, or search by words."
        )
    host = urlsplit(urls[0]).hostname or urls[0][:60]
    names = "、".join(adapter.name for adapter in connections.recognisers())
    return _(
        "%(host)s is not a shop that this site knows, or the link leads to no single item. Links of these are "
        "understood: %(names)s. Your text is kept; paste the link of the same product in one of them, or ask an "
        "operator to add the shop."
    ) % {"host": host, "names": names}
