"""Running exits read anew when a rule for an app, a merchant's list of hosts, a network's switch or an item changed;
links are fetched anew when the accounts have.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from affiliate.catalog.api import availability_changed
from affiliate.connections.api import NetworkState, accounts_changed
from affiliate.tracking import links, targets
from affiliate.tracking.away import is_about_the_switch
from affiliate.tracking.models import AppRule

WATCHED = (AppRule, "connections.Merchant")


def connect() -> None:
    """Called once, when the room is ready."""
    for sender in WATCHED:
        post_save.connect(on_change, sender=sender, dispatch_uid=f"tracking.saved.{sender}")
        post_delete.connect(on_change, sender=sender, dispatch_uid=f"tracking.deleted.{sender}")
    accounts_changed.connect(on_accounts, dispatch_uid="tracking.accounts")
    post_save.connect(on_network, sender=NetworkState, dispatch_uid="tracking.network")
    availability_changed.connect(on_availability, dispatch_uid="tracking.availability")


def on_change(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        targets.announce()


def on_accounts(network: str, **_kwargs: Any) -> None:
    links.ask_anew(network)


def on_network(**told: Any) -> None:
    if is_about_the_switch(**told):
        targets.announce()


def on_availability(item_id: int, **_kwargs: Any) -> None:
    # After the commit: the catalogue holds the item's lock, and who places waits for that with the exit's in hand.
    transaction.on_commit(lambda: targets.follow_item(item_id), robust=True)
