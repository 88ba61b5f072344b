"""Renews tokens before they run out. A refresh token is sent once, however many workers there are.

Whoever renews takes the account under a row lock (on SQLite: the lock of the one writer), notes a lease and the digest
of the refresh token that goes out, and commits before it asks. The network's answer is kept before anything else is
done. Where no answer is kept — a process died, or the connection broke — the digest stays: that token is not sent
again by itself, since the network may take a second use for a theft. An operator is told, while the old access token
still works, and may insist or authorise again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from affiliate.connections import accounts, adapters
from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Account
from affiliate.connections.tally import stored
from affiliate.networks.api import NetworkError, Off, Renewal, Unavailable, Wait, registry

log = logging.getLogger("zhongcao.networks")

LEASE = timedelta(minutes=2)
"""How long a worker may take; far more than its call may last."""
FARTHEST = timedelta(days=7)
"""Long-lived tokens are renewed this long before they end, others when half of their life is over."""
PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=1)
UNCLEAR = "unclear"
"""A refresh token was sent and nobody knows what became of it."""
UNCLEAR_SENTENCE = (
    "The tokens were being renewed when the process or the connection broke off; whether the network gave new ones is "
    "not known. Nothing is sent again by itself. Renew now, or authorise the account again."
)
WRITES, BETWEEN_WRITES = 5, 1.0


def renew_due() -> int:
    """Renew what is due, one account after the other. Returns how many were renewed; a failure is kept and logged."""
    return sum(renew(pk) for pk in Account.objects.order_by("pk").values_list("pk", flat=True))


def renew(pk: int, *, insist: bool = False) -> bool:
    """Renew one account where that is due; True where fresh tokens are kept. Never raises a NetworkError.

    `insist` is a person's word: renew now, even if the refresh token was sent before and the answer lost.
    """
    account = _claim(pk, insist=insist)
    if account is None:
        return False
    digest = account.spent
    try:
        fresh = adapters.adapter_with(account).renew()
    except NetworkError as error:
        _failed(pk, digest, error)
        return False
    return _kept(pk, digest, fresh)


def can_renew(account: Account) -> bool:
    """Whether its network renews, and the tokens are this account's own and not the environment's."""
    if account.network not in registry.ADAPTERS or isinstance(account.credentials, Unreadable):
        return False
    if not registry.adapter_class(account.network).capabilities.renews:
        return False
    return bool((account.credentials or {}).get(accounts.REFRESH)) and not tokens_of_environment(account)


def tokens_of_environment(account: Account) -> bool:
    """Whether the environment names this account's tokens: it would win over fresh ones, so nothing is renewed."""
    return bool(set(accounts.TOKENS) & accounts.said_by_environment(account).keys())


def due_at(account: Account) -> datetime | None:
    """When its tokens are to be renewed; None for at once, since nobody knows how long they live."""
    if account.expires_at is None:
        return None
    life = account.expires_at - (account.renewed_at or account.created_at)
    return account.expires_at - max(min(life / 2, FARTHEST), timedelta(0))


def digest_of(token: str) -> str:
    """What stands for a refresh token where it must not stand itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def _claim(pk: int, *, insist: bool) -> Account | None:
    """The account, ours for the length of a lease; None where it is not due, another's, or stuck."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        account = Account.objects.select_for_update().filter(pk=pk).first()
        if account is None or not can_renew(account) or (account.lease_until or now) > now:
            return None
        due, digest = due_at(account), digest_of(account.credentials[accounts.REFRESH])
        if account.spent == digest and not insist:
            _note_unclear(account)
            return None
        if not insist and due is not None and due > now:
            return None
        account.lease_until, account.spent = now + LEASE, digest
        account.renewal_kind = account.renewal_error = ""
        account.save(update_fields=["lease_until", "spent", "renewal_kind", "renewal_error"])
    return account


def _note_unclear(account: Account) -> None:
    """A worker's lease ended without a word of it: say so once, until a person does something."""
    if not account.renewal_kind:
        account.renewal_kind, account.renewal_error, account.lease_until = UNCLEAR, UNCLEAR_SENTENCE, None
        account.save(update_fields=["renewal_kind", "renewal_error", "lease_until"])
        log.warning("The renewal of %s was cut off; an operator is asked.", account)


def _kept(pk: int, digest: str, fresh: Renewal) -> bool:
    """Keep the answer, again where the database is away for a moment: the old refresh token is void by now."""
    for left in reversed(range(WRITES)):
        try:
            with transaction.atomic():
                account = Account.objects.select_for_update().filter(pk=pk).first()
                if account is None or not _is_ours(account, digest):
                    log.warning("Fresh tokens came for credentials that a person has replaced; they are dropped.")
                    return False
                accounts.keep_tokens(account, fresh.values, fresh.expires_at, fresh.authorised_until)
        except DatabaseError:
            if not left:
                log.exception("Fresh tokens could not be kept. Authorise the account again.")
                raise
            time.sleep(BETWEEN_WRITES)
            connection.close_if_unusable_or_obsolete()
        else:
            log.info("The tokens of %s were renewed until %s.", account, fresh.expires_at)
            return True
    return False


def _failed(pk: int, digest: str, error: NetworkError) -> None:
    """Note a failure. Where nothing can have been used up the same token is tried again after a pause."""
    now = timezone.now()
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=pk).first()
        if account is None or not _is_ours(account, digest):
            return
        account.lease_until = None
        if isinstance(error, Wait | Off) or (isinstance(error, Unavailable) and error.code == "connect"):
            account.spent = ""
            account.lease_until = min(max(error.retry_at or now, now + PAUSE), now + LONGEST_PAUSE)
        account.renewal_kind, account.renewal_error = error.kind, stored(error)
        account.save(update_fields=["lease_until", "spent", "renewal_kind", "renewal_error"])
    log.warning("The tokens of %s were not renewed: %s %s", account, error.kind, error.code)


def is_stuck(account: Account) -> bool:
    """Whether nothing is renewed any more until a person does something."""
    return bool(account.spent and account.renewal_kind)


def _is_ours(account: Account, digest: str) -> bool:
    """Whether the account still holds the refresh token that was sent."""
    readable = not isinstance(account.credentials, Unreadable)
    return readable and digest_of((account.credentials or {}).get(accounts.REFRESH, "")) == digest
