"""POST /postback/direct/: a direct merchant tells us about one order line, signed, in time, and once."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from affiliate.connections import api as connections
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Channel
from affiliate.networks.api import MERCHANT_NAME, BadInput, Reauthorise, postback, registry

logger = logging.getLogger("zhongcao.postback")

SLUG = "direct"
HEADERS = {405: {"Allow": "POST"}, 503: {"Retry-After": "600"}}
UNKNOWN = "This merchant is not known here."


@csrf_exempt
def elsewhere(_request: HttpRequest, network: str) -> JsonResponse:
    """A postback to a network that sends none gets plain words instead of a page about cookies."""
    return _refuse(404, "not_found", f"There are no postbacks of {network[:30]!r}. Use /postback/{SLUG}/.", "")


@csrf_exempt  # the signature says who is speaking; there is no session to abuse
def direct(request: HttpRequest) -> JsonResponse:
    """200 with the result; 400 a body that cannot be read, 401 not the merchant's or too old, 405 not a POST, 409 told
    before, 411 sent in pieces without a length, 413 too large, 503 while the network is switched off or the merchant's
    secret cannot be read. What is refused can be corrected and sent again.
    """
    if SLUG not in registry.ADAPTERS:
        raise Http404
    merchant = request.headers.get(postback.MERCHANT_HEADER, "")
    if request.method != "POST":
        return _refuse(405, "bad_input", "Send it with POST.", merchant)
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        # Django reads as far as the length says, and would see an empty body.
        return _refuse(411, "bad_input", "Send the body whole, with its Content-Length.", merchant)
    if not connections.is_on(SLUG):
        return _refuse(503, "off", "Postbacks are switched off for now. Send it again later.", merchant)
    body = request.read(postback.LARGEST_BODY + 1)
    if len(body) > postback.LARGEST_BODY:
        return _refuse(413, "bad_input", f"The body is larger than {postback.LARGEST_BODY} bytes.", merchant)
    try:
        nonce = _verified(request, body, merchant)
    except postback.Refused as exc:
        return _refuse(401, "permission", exc.message, merchant)
    except Reauthorise as exc:
        logger.error("%s", exc.message)
        return _refuse(503, "unavailable", "Postbacks cannot be checked for now. Send it again later.", merchant)
    return _take(body, merchant, nonce)


def _verified(request: HttpRequest, body: bytes, merchant: str) -> str:
    """The nonce of a message that is the merchant's. Raises Refused."""
    secret = connections.merchant_secret(merchant) if MERCHANT_NAME.fullmatch(merchant) else None
    if not secret:
        raise postback.BadSignature(UNKNOWN)
    return postback.verify(request.headers, body, secret, timezone.now())


def _take(body: bytes, merchant: str, nonce: str) -> JsonResponse:
    """Take the message. The nonce is used up in the transaction of the order: what fails with 500 can be sent again
    as it is.
    """
    with transaction.atomic():
        if not connections.use_nonce(merchant, nonce):
            return _refuse(409, "bad_input", "This nonce was used before. Sign again with a new one.", merchant)
        try:
            line = postback.parse(body, merchant, commission_rate_bp=_rate(merchant))
            result = ingest(line, Channel.PUSH)
        except BadInput as exc:
            return _refuse(400, exc.kind, exc.message, merchant)
    logger.info("Postback of %s: %s is %s.", merchant, line.line_id, result)
    return JsonResponse({"result": result})


def _rate(merchant: str) -> int:
    found = connections.Merchant.objects.filter(slug=merchant).values_list("commission_rate_bp", flat=True).first()
    return found or 0


def _refuse(status: int, kind: str, message: str, merchant: str) -> JsonResponse:
    """Logged with who claimed to send it, and neither body, nor nonce, nor signature."""
    logger.warning("Postback of %r refused with %s: %s", merchant[:30], status, message)
    content: dict[str, Any] = {"error": {"kind": kind, "message": message, "retry_at": None}}
    return JsonResponse(content, status=status, headers=HEADERS.get(status, {}))
