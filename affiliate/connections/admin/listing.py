"""What the operators' page says of each network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections import accounts, expiry, renewal, states, tally
from affiliate.connections import api as connections
from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Account, NetworkState
from affiliate.networks.api import Capabilities, registry

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

ABILITIES: dict[str, str | Promise] = {
    "lookup": _lazy("look up"),
    "search": _lazy("search"),
    "link": _lazy("links"),
    "sub_id_pattern": _lazy("sub-IDs"),
    "ad_slots": _lazy("ad slots"),
    "orders": _lazy("orders"),
    "postback": _lazy("postbacks"),
    "file_import": _lazy("order files"),
    "renews": _lazy("renewal of tokens"),
}
"""Fields of Capabilities, in the order in which they are told."""

STANDINGS: dict[str, tuple[str | Promise, str]] = {
    "off": (_lazy("Off"), ""),
    "unconnected": (_lazy("Not connected"), ""),
    "degraded": (_lazy("Degraded"), ""),
    "ok": (_lazy("OK"), "w-status--primary"),
}
"""How a network stands: its word and the look of its mark."""


ORDER = ("degraded", "ok", "off", "unconnected")


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which calls failed, in words."""

    at: datetime
    kind: str
    words: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One network of the page."""

    slug: str
    name: str
    state: NetworkState
    account: Account
    configured: bool
    unreadable: bool
    """Credentials are kept that no key reads."""
    resting: bool
    """The breaker is open."""
    trouble: Failure | None
    """What went wrong last; None where it has answered since."""
    warnings: list[str]
    today: tally.Today
    abilities: str
    a_second: str
    """How often an operation may be called."""
    authorises: bool
    failures: list[Failure]
    renewal: Failure | None
    """Why tokens were not renewed."""

    @property
    def standing(self) -> str:
        """off, unconnected, degraded or ok."""
        if not self.state.switched_on:
            return "off"
        if not self.configured and not self.unreadable:
            return "unconnected"
        worse = self.unreadable or self.resting or self.trouble or self.warnings or self.renewal
        return "degraded" if worse or self.over_quota else "ok"

    @property
    def standing_word(self) -> str:
        return str(STANDINGS[self.standing][0])

    @property
    def standing_look(self) -> str:
        return STANDINGS[self.standing][1]

    @property
    def over_quota(self) -> bool:
        """Nine tenths of the calls that the network allows in a day are made."""
        allowed = self.state.calls_a_day
        return bool(allowed and self.today.calls >= allowed * 0.9)


def rows() -> list[Row]:
    """Every registered network, what needs somebody first; the number of queries does not grow with them."""
    now, by_network, today = timezone.now(), accounts.by_network(), tally.today()
    found = [
        _row(state, by_network[state.network], today.get(state.network, tally.Today()), now)
        for state in states.states()
    ]
    return sorted(found, key=lambda row: ORDER.index(row.standing))


def in_words(stored: str) -> str:
    """A kept error: our sentence in the operator's language, and the network's own words."""
    sentence, _newline, theirs = stored.partition("\n")
    return f"{_(sentence)} {theirs}".strip() if sentence else ""


def _row(state: NetworkState, account: Account, today: tally.Today, now: datetime) -> Row:
    able = registry.adapter_class(state.network).capabilities
    failed = account.renewal_kind
    return Row(
        slug=state.network,
        name=connections.network_name(state.network),
        state=state,
        account=account,
        configured=accounts.is_complete(account),
        unreadable=isinstance(account.credentials, Unreadable),
        resting=state.open_until is not None and state.open_until > now,
        trouble=_trouble(state),
        warnings=expiry.of_account(account, now) if account.pk else [],
        today=today,
        abilities=_abilities(able),
        a_second=f"{able.calls_per_second:g}",
        authorises=able.authorises,
        failures=[Failure(one.at, _kind(one.kind), in_words(one.error), one.times) for one in today.faults],
        renewal=Failure(now, _kind(failed), in_words(account.renewal_error)) if failed else None,
    )


def _abilities(able: Capabilities) -> str:
    words = [str(word) for name, word in ABILITIES.items() if getattr(able, name)]
    return _(", ").join(words) or _("recognises links alone")


def _trouble(state: NetworkState) -> Failure | None:
    if state.last_error_at is None or (state.last_success_at or state.last_error_at) > state.last_error_at:
        return None
    return Failure(state.last_error_at, _kind(state.last_error_kind), in_words(state.last_error))


def _kind(kind: str) -> str:
    return str(KINDS.get(kind, kind))
