"""What stands before every call to a network: the switch, the breaker and the rate limit that processes share."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection, transaction

from affiliate.connections import breaker, slots, tally
from affiliate.connections.signals import call_ended
from affiliate.networks.api import NetworkError

log = logging.getLogger("zhongcao.networks")


class SharedGuard:
    """The CallGuard of networks.transport. With `force` a command typed by a person passes an open breaker."""

    def __init__(self, *, force: bool = False) -> None:
        self.force = force

    def before(self, network: str, operation: str, calls_per_second: float, deadline: float) -> None:
        """Raises Off or Wait; a database that cannot be asked right now stops no call."""
        if connection.needs_rollback:
            return
        try:
            breaker.let_through(network, force=self.force)
            slots.take(_key(network, operation), calls_per_second, deadline)
        except DatabaseError:
            log.warning(
                "The shared state of %s could not be read; the call goes on without it.", network, exc_info=True
            )

    def after(self, network: str, operation: str, error: NetworkError | None, seconds: float) -> None:
        """Note how it ended: at once, or after the caller's transaction, which no health is worth prolonging."""
        if slots.in_callers_transaction():
            transaction.on_commit(lambda: _note(network, operation, error), robust=True)
        else:
            _note(network, operation, error)


def _note(network: str, operation: str, error: NetworkError | None) -> None:
    breaker.record(network, error)
    tally.note(network, error)
    call_ended.send_robust(sender=SharedGuard, network=network, outcome=error.kind if error else "ok")
    if error is None or error.kind != "wait" or error.retry_at is None:
        return
    try:
        slots.push_back(_key(network, operation), error.retry_at)
    except DatabaseError:
        log.warning("The wait that %s asked for could not be shared.", network, exc_info=True)


def _key(network: str, operation: str) -> str:
    return f"{network}:{operation}"[:80]
