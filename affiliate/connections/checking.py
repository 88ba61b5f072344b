"""Asks each network whether it works with our accounts: for the command, and for "test now" in the admin."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from affiliate.connections import accounts
from affiliate.connections import api as connections
from affiliate.connections.adapters import adapter_with
from affiliate.connections.models import Account
from affiliate.networks.api import NetworkError, Off

DEADLINE = 10.0


@dataclass(frozen=True, slots=True)
class Report:
    """How one account at a network stands. `ok` is None where it was not asked."""

    network: str
    account: str
    name: str
    on: bool
    configured: bool
    missing: tuple[str, ...]
    open_until: datetime | None
    ok: bool | None
    seconds: float | None
    error: NetworkError | None

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "missing": list(self.missing),
            "open_until": self.open_until.isoformat() if self.open_until else None,
            "error": connections.error_json(self.error) if self.error else None,
        }


def report(slug: str, account: str = "", *, call: bool = True) -> Report:
    """The report of one account, the default without its name. With `call` the network is asked even while its breaker
    is open, once, unless the account cannot be used.
    """
    row = accounts.account_of(slug, account)
    adapter = adapter_with(row, force=True, deadline=DEADLINE)
    state = connections.state(slug)
    missing = tuple(key for key in adapter.needed_keys if not adapter.config.get(key))
    ok: bool | None = None
    error: NetworkError | None = None
    started = time.monotonic()
    if call and state.switched_on and not missing:
        try:
            adapter.check()
            ok = True
        except Off as exc:
            error = exc
        except NetworkError as exc:
            ok, error = False, exc
    return Report(
        network=slug,
        account=row.name,
        name=adapter.name,
        on=state.switched_on,
        configured=not missing,
        missing=missing,
        open_until=state.open_until,
        ok=ok,
        seconds=round(time.monotonic() - started, 3) if ok is not None else None,
        error=error,
    )


def kept_keys(account: Account) -> dict[str, str]:
    """Where each credential comes from, "environment" or "admin"; the values themselves stay where they are."""
    try:
        found = {key: "admin" for key, value in accounts.kept_by(account).items() if value}
    except NetworkError:
        found = {}
    return found | dict.fromkeys(accounts.said_by_environment(account), "environment")
