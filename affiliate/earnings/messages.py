"""What a direct merchant tells us: proved, read, checked to be its own, and taken; or refused in plain words.

The one way for messages from outside and for the test console. What a merchant really signed and we did not take is
kept for the operator, without anything about the buyer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from affiliate.connections import api as connections
from affiliate.connections.api import MessageKind
from affiliate.earnings.ingest import ingest, projected
from affiliate.earnings.models import Channel
from affiliate.earnings.naming import credit_named_by, foreign
from affiliate.networks.api import MERCHANT_NAME, BadInput, OrderLine, Reauthorise, postback
from affiliate.tracking import api as tracking

logger = logging.getLogger("zhongcao.postback")

UNKNOWN = "This merchant is not known here."
NOT_YOURS = (
    "This order belongs to another merchant: %(why)s. Nothing was changed; send it with that merchant's own name and "
    "secret, or correct the field."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the merchant is told. `credit` is for the console alone: the merchant never learns whose click it was."""

    status: int
    content: dict[str, Any]
    credit: tracking.Credit | None = None
    line: OrderLine | None = None


class NotYours(Exception):
    """A message about an order of another merchant."""


def receive(headers: Mapping[str, str], body: bytes) -> Answer:
    """Take one message. The nonce is used up in the transaction of the order: what fails with an exception can be sent
    again as it is.
    """
    merchant = headers.get(postback.MERCHANT_HEADER, "")
    try:
        nonce = _verified(headers, body, merchant)
    except postback.Refused as exc:
        return _refused(401, "permission", exc.message, merchant)
    except Reauthorise as exc:
        logger.error("%s", exc.message)
        return _refused(503, "unavailable", "Postbacks cannot be checked for now. Send it again later.", merchant)
    with transaction.atomic():
        if not connections.use_nonce(merchant, nonce):
            return _refused(409, "bad_input", "This nonce was used before. Sign again with a new one.", merchant)
        try:
            return _taken(body, merchant)
        except BadInput as exc:
            status, kind, message = 400, exc.kind, exc.message
        except NotYours as exc:
            status, kind, message = 403, "permission", NOT_YOURS % {"why": exc}
        connections.keep_message(merchant, MessageKind.REFUSED, status, message, postback.kept_of(body))
        return _refused(status, kind, message, merchant)


def refusal(kind: str, message: str) -> dict[str, Any]:
    """The document of a refusal."""
    return {"error": {"kind": kind, "message": message, "retry_at": None}}


def _verified(headers: Mapping[str, str], body: bytes, merchant: str) -> str:
    """The nonce of a message that is the merchant's. Raises Refused."""
    secrets = connections.merchant_secrets(merchant) if MERCHANT_NAME.fullmatch(merchant) else []
    if not secrets:
        raise postback.BadSignature(UNKNOWN)
    return postback.verify(headers, body, secrets, timezone.now())


def _taken(body: bytes, merchant: str) -> Answer:
    """Read and take a message, or only read it where it is marked as a test. Raises BadInput and NotYours."""
    line = _read(body, merchant)
    if postback.is_test(body):
        credit = credit_named_by(projected(line))
        told = {"result": "test", "line_id": line.line_id, "state": line.state.value, "credited": credit is not None}
        connections.keep_message(merchant, MessageKind.TEST, 200, "test", postback.kept_of(body))
        logger.info("Test message of %s: nothing was booked.", merchant)
        return Answer(200, told, credit, line)
    result = ingest(line, Channel.PUSH)
    logger.info("Postback of %s: %s is %s.", merchant, line.line_id, result)
    return Answer(200, {"result": result}, line=line)


def _read(body: bytes, merchant: str) -> OrderLine:
    """The order line, proved to be this merchant's as far as it names one. Raises BadInput and NotYours."""
    first = postback.parse(body, merchant)
    others = set(connections.Merchant.objects.exclude(slug=merchant).values_list("slug", flat=True))
    if postback.claimed_merchant(body, merchant, others):
        raise NotYours("it names one")
    linked = tracking.credit_of(first.sub_id, "", first.network)
    if linked is not None and linked.placement is not None and foreign(linked.placement, merchant):
        raise NotYours("sub_id came from a link to one")
    terms = connections.terms_at(merchant, first.placed_at)
    return postback.parse(body, merchant, commission_rate_bp=terms.commission_rate_bp if terms else 0)


def _refused(status: int, kind: str, message: str, merchant: str) -> Answer:
    """Logged with who claimed to send it, and neither body, nor nonce, nor signature."""
    logger.warning("Postback of %r refused with %s: %s", merchant[:30], status, message)
    return Answer(status, refusal(kind, message))
