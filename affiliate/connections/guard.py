"""What stands before every call to a network: the switch, the breaker and the rate limit that processes share.

Switch and breaker are the network's. The rate limit is the account's, as networks count: by the application that calls.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from affiliate.connections import breaker, slots, tally
from affiliate.connections.models import Account
from affiliate.connections.signals import call_ended
from affiliate.networks.api import Adapter, NetworkError

log = logging.getLogger("zhongcao.networks")


class SharedGuard:
    """The CallGuard of networks.transport. With `force` a command typed by a person passes an open breaker.

    Calls of one `bucket` share the network's rate limit. What becomes of a kept account's credentials is noted at it.
    """

    def __init__(self, *, force: bool = False, bucket: str = "", account: int | None = None) -> None:
        self.force = force
        self.bucket = bucket
        self.account = account

    def before(self, network: str, operation: str, calls_per_second: float, deadline: float) -> None:
        """Raises Off or Wait; a database that cannot be asked right now stops no call."""
        if connection.needs_rollback:
            return
        try:
            breaker.let_through(network, force=self.force)
            slots.take(self._key(network, operation), calls_per_second, deadline)
        except DatabaseError:
            log.warning(
                "The shared state of %s could not be read; the call goes on without it.", network, exc_info=True
            )

    def after(self, network: str, operation: str, error: NetworkError | None, seconds: float) -> None:
        """Note how it ended: at once, or after the caller's transaction, which no health is worth prolonging."""
        if slots.in_callers_transaction():
            transaction.on_commit(lambda: self._note(network, operation, error), robust=True)
        else:
            self._note(network, operation, error)

    def _note(self, network: str, operation: str, error: NetworkError | None) -> None:
        breaker.record(network, error)
        tally.note(network, error)
        self._note_account(error)
        call_ended.send_robust(sender=SharedGuard, network=network, outcome=error.kind if error else "ok")
        if error is None or error.kind != "wait" or error.retry_at is None:
            return
        try:
            slots.push_back(self._key(network, operation), error.retry_at)
        except DatabaseError:
            log.warning("The wait that %s asked for could not be shared.", network, exc_info=True)

    def _note_account(self, error: NetworkError | None) -> None:
        """Credentials are refused, or good again; the network's own health cannot tell whose."""
        if self.account is None or (error is not None and error.kind != "reauthorise"):
            return
        rows = Account.objects.filter(pk=self.account, refused_at__isnull=error is not None)
        try:
            with transaction.atomic():
                rows.update(refused_at=timezone.now() if error else None)
        except DatabaseError:
            log.warning("That credentials are refused, or not any more, could not be noted.", exc_info=True)

    def _key(self, network: str, operation: str) -> str:
        return ":".join(filter(None, (network, self.bucket, operation)))[:80]


def bucket_of(kind: type[Adapter], config: Mapping[str, str]) -> str:
    """What stands for the application that an account calls with: accounts that share one share its rate limit.

    Adapters name the application's key first among their credentials. "" where there is none.
    """
    application = config.get(kind.credential_keys[0], "") if kind.credential_keys else ""
    return hashlib.sha256(application.encode()).hexdigest()[:12] if application else ""
