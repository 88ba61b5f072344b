"""What the operators' pages say of one account, and of what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections import accounts, expiry, renewal
from affiliate.connections import api as connections
from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Account

KINDS = {
    "wait": _lazy("was asked too often"),
    "unavailable": _lazy("did not answer"),
    "protocol": _lazy("gave an answer that cannot be understood"),
    "reauthorise": _lazy("does not accept the credentials"),
    "permission": _lazy("does not permit this yet"),
    "not_found": _lazy("does not know what was asked for"),
    "not_promotable": _lazy("pays nothing for this"),
    "bad_input": _lazy("refused what was asked"),
    "off": _lazy("was not asked"),
    renewal.UNCLEAR: _lazy("broke off while tokens were renewed"),
}
"""What each kind of error means to an operator; the vendor's own words follow it."""

STANDINGS: dict[str, tuple[str | Promise, str]] = {
    "off": (_lazy("Off"), ""),
    "unconnected": (_lazy("Not connected"), ""),
    "degraded": (_lazy("Degraded"), ""),
    "ok": (_lazy("OK"), "w-status--primary"),
}
"""How a network or an account stands: its word and the look of its mark."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which calls failed, in words."""

    at: datetime
    kind: str
    words: str
    times: int = 1


def failure(at: datetime, kind: str, stored: str, times: int = 1) -> Failure:
    """A kept error in the operator's language: our sentence, and the network's own words behind it."""
    sentence, _newline, theirs = stored.partition("\n")
    return Failure(at, str(KINDS.get(kind, kind)), f"{_(sentence)} {theirs}".strip() if sentence else "", times)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of a page."""

    name: str
    is_default: bool
    configured: bool
    unreadable: bool
    """Credentials are kept that no key reads."""
    from_environment: bool
    """The environment names some of its credentials."""
    expires_at: datetime | None
    authorised_until: datetime | None
    warnings: list[str]
    renewal: Failure | None
    """Why tokens were not renewed."""

    @property
    def label(self) -> str:
        return connections.account_label(self.name)

    @property
    def standing(self) -> str:
        """unconnected, degraded or ok."""
        if not self.configured and not self.unreadable:
            return "unconnected"
        return "degraded" if self.unreadable or self.warnings or self.renewal else "ok"

    @property
    def standing_word(self) -> str:
        return str(STANDINGS[self.standing][0])

    @property
    def standing_look(self) -> str:
        return STANDINGS[self.standing][1]


def row_of(account: Account, now: datetime) -> AccountRow:
    """What is to be said of it now. Asks the database nothing."""
    failed = account.renewal_kind
    return AccountRow(
        name=account.name,
        is_default=account.is_default,
        configured=accounts.is_complete(account),
        unreadable=isinstance(account.credentials, Unreadable),
        from_environment=bool(accounts.said_by_environment(account)),
        expires_at=account.expires_at,
        authorised_until=account.authorised_until,
        warnings=expiry.of_account(account, now) if account.pk else [],
        renewal=failure(now, failed, account.renewal_error) if failed else None,
    )
