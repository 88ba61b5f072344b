"""How a network is named to readers."""

from __future__ import annotations

from functools import cache

from django.utils.translation import gettext as _

from affiliate.catalog.api import Item
from affiliate.networks.api import adapter_class

DEMO = "demo"
OWN_SHOPS = frozenset({"direct"})
"""Networks without a name of their own to readers: each merchant is its own shop."""


@cache
def network_name(slug: str) -> str:
    """The network as readers know it (京东); the slug where its adapter is gone."""
    try:
        return adapter_class(slug).name
    except KeyError:
        return slug


def where(item: Item) -> str:
    """Where a button leads, in a word or two."""
    if item.network == DEMO:
        return _("Demo shop")  # the name is the label: wherever a demo item shows, so does this
    if item.network in OWN_SHOPS and item.shop:
        return item.shop
    return _(network_name(item.network))
