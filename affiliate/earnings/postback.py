"""POST /postback/direct/: a direct merchant tells us about one order line, signed, in time, and once."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from affiliate.connections import api as connections
from affiliate.earnings.messages import receive, refusal
from affiliate.networks.api import postback, registry

logger = logging.getLogger("zhongcao.postback")

SLUG = "direct"
HEADERS = {405: {"Allow": "POST"}, 503: {"Retry-After": "600"}}


@csrf_exempt
def elsewhere(_request: HttpRequest, network: str) -> JsonResponse:
    """A postback to a network that sends none gets plain words instead of a page about cookies."""
    return _refuse(404, "not_found", f"There are no postbacks of {network[:30]!r}. Use /postback/{SLUG}/.", "")


@csrf_exempt  # the signature says who is speaking; there is no session to abuse
def direct(request: HttpRequest) -> JsonResponse:
    """200 with the result; 400 a body that cannot be read, 401 not the merchant's or too old, 403 another merchant's
    order, 405 not a POST, 409 told before, 411 sent in pieces without a length, 413 too large, 503 while the network is
    switched off or no key reads the merchant's secret. What is refused can be corrected and sent again.
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
    answer = receive(request.headers, body)
    return JsonResponse(answer.content, status=answer.status, headers=HEADERS.get(answer.status, {}))


def _refuse(status: int, kind: str, message: str, merchant: str) -> JsonResponse:
    """Logged with who claimed to send it, and neither body, nor nonce, nor signature."""
    logger.warning("Postback of %r refused with %s: %s", merchant[:30], status, message)
    return JsonResponse(refusal(kind, message), status=status, headers=HEADERS.get(status, {}))
