"""What the operators' page says of each network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections import accounts, states, tally
from affiliate.connections import api as connections
from affiliate.connections.admin.account_rows import STANDINGS, AccountRow, Failure, failure, row_of
from affiliate.connections.models import Account, NetworkState
from affiliate.networks.api import Capabilities, registry

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

ORDER = ("degraded", "ok", "off", "unconnected")


@dataclass(frozen=True, slots=True)
class Row:
    """One network of the page."""

    slug: str
    name: str
    state: NetworkState
    accounts: list[AccountRow]
    """The default first."""
    resting: bool
    """The breaker is open."""
    trouble: Failure | None
    """What went wrong last; None where it has answered since."""
    today: tally.Today
    abilities: str
    a_second: str
    """How often an operation may be called."""
    authorises: bool
    failures: list[Failure]

    @property
    def account(self) -> AccountRow:
        """The default one."""
        return self.accounts[0]

    @property
    def warnings(self) -> list[str]:
        """What is to be said of any of its accounts."""
        return [warning for account in self.accounts for warning in account.warnings]

    @property
    def standing(self) -> str:
        """off, unconnected, degraded or ok."""
        if not self.state.switched_on:
            return "off"
        if self.account.standing == "unconnected":
            return "unconnected"
        worse = self.resting or self.trouble or any(account.standing == "degraded" for account in self.accounts)
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


def _row(state: NetworkState, found: list[Account], today: tally.Today, now: datetime) -> Row:
    able = registry.adapter_class(state.network).capabilities
    return Row(
        slug=state.network,
        name=connections.network_name(state.network),
        state=state,
        accounts=[row_of(account, now) for account in found],
        resting=state.open_until is not None and state.open_until > now,
        trouble=_trouble(state),
        today=today,
        abilities=_abilities(able),
        a_second=f"{able.calls_per_second:g}",
        authorises=able.authorises,
        failures=[failure(one.at, one.kind, one.error, one.times) for one in today.faults],
    )


def _abilities(able: Capabilities) -> str:
    words = [str(word) for name, word in ABILITIES.items() if getattr(able, name)]
    return _(", ").join(words) or _("recognises links alone")


def _trouble(state: NetworkState) -> Failure | None:
    if state.last_error_at is None or (state.last_success_at or state.last_error_at) > state.last_error_at:
        return None
    return failure(state.last_error_at, state.last_error_kind, state.last_error)
