"""Django's way into the outbox: `send_mail` and everything built on it only stores, in the caller's transaction."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from config.mail.address import as_sent, bare
from config.mail.models import OutgoingMail

KEY, PURPOSE = "X-Idempotency-Key", "X-Purpose"
"""Headers that a caller may set. They steer the outbox and never leave the house."""
LARGEST = 10 * 1024 * 1024


class MailTooLarge(ValueError):
    """A message beyond LARGEST bytes: no server would take it."""


class OutboxBackend(BaseEmailBackend):
    """Stores each message once for each of its recipients. It is sent after the transaction has been committed."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many messages were stored. A key stored before stores nothing and counts as stored."""
        rows = [row for message in email_messages for row in _rows(message)]
        OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)
        return len(email_messages)


def _rows(message: EmailMessage) -> list[OutgoingMail]:
    headers: dict[str, Any] = dict(message.extra_headers or {})
    key, purpose = str(headers.pop(KEY, "")), str(headers.pop(PURPOSE, ""))
    kept, message.extra_headers = message.extra_headers, headers
    try:
        mime = as_sent(message)
    finally:
        message.extra_headers = kept
    if len(mime) > LARGEST:
        raise MailTooLarge(f"A message of {len(mime)} bytes is more than the {LARGEST} that mail servers take.")
    encoding = message.encoding or settings.DEFAULT_CHARSET
    return [
        OutgoingMail(
            key=_digest(key, recipient) if key else "",
            purpose=purpose[:40],
            recipient=recipient,
            sender=bare(message.from_email, encoding),
            subject=" ".join(str(message.subject).split())[:255],
            content={"mime": base64.b64encode(mime).decode()},
            next_try_at=timezone.now(),
        )
        for recipient in dict.fromkeys(bare(address, encoding) for address in message.recipients())
    ]


def _digest(key: str, recipient: str) -> str:
    """Keyed, so that no list of addresses can be tried against it once the recipient is forgotten."""
    return hmac.new(settings.SECRET_KEY.encode(), f"mail\n{key}\n{recipient}".encode(), sha256).hexdigest()
