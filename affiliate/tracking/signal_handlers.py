"""Running exits read anew when a rule for an app or a merchant's list of hosts has changed; links are fetched anew when
the accounts have.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from affiliate.connections.api import accounts_changed
from affiliate.tracking import links, targets
from affiliate.tracking.models import AppRule

WATCHED = (AppRule, "connections.Merchant")


def connect() -> None:
    """Called once, when the room is ready."""
    for sender in WATCHED:
        post_save.connect(on_change, sender=sender, dispatch_uid=f"tracking.saved.{sender}")
        post_delete.connect(on_change, sender=sender, dispatch_uid=f"tracking.deleted.{sender}")
    accounts_changed.connect(on_accounts, dispatch_uid="tracking.accounts")


def on_change(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        targets.announce()


def on_accounts(network: str, **_kwargs: Any) -> None:
    links.ask_anew(network)
