"""POST /postback/<network>/: what merchants and networks tell us by themselves, proved before it is looked at."""

from __future__ import annotations

import logging

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from affiliate.connections import api as connections
from affiliate.earnings import pushes, tasks
from affiliate.earnings.messages import receive, refusal
from affiliate.networks.api import LARGEST_PUSH, Forged, NetworkError, Push, Pushed, Unreadable, postback, registry

logger = logging.getLogger("zhongcao.postback")

SLUG = "direct"
HEADERS = {405: {"Allow": "POST"}, 503: {"Retry-After": "600"}}


class _Refusal(Exception):
    """What is refused before anybody looked at what it says."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


@csrf_exempt  # the signature says who is speaking; there is no session to abuse
def direct(request: HttpRequest) -> JsonResponse:
    """200 with the result; 400 a body that cannot be read, 401 not the merchant's or too old, 403 another merchant's
    order, 405 not a POST, 409 told before, 411 sent in pieces without a length, 413 too large, 503 while the network is
    switched off or no key reads the merchant's secret. What is refused can be corrected and sent again.
    """
    if SLUG not in registry.ADAPTERS:
        raise Http404
    try:
        body = _body(request, SLUG, postback.LARGEST_BODY)
    except _Refusal as exc:
        return _refuse(exc, request.headers.get(postback.MERCHANT_HEADER, ""))
    answer = receive(request.headers, body)
    return JsonResponse(answer.content, status=answer.status, headers=HEADERS.get(answer.status, {}))


@csrf_exempt  # as above
def network_push(request: HttpRequest, network: str) -> JsonResponse:
    """A network's own message about an order, answered in the form that it asks for: 200 taken, now or before, 401 not
    signed by it. As above 400, 405, 411, 413, 503; 404 a network that sends none, 415 a packed body.
    """
    if network not in registry.ADAPTERS or not registry.adapter_class(network).capabilities.pushes:
        words = f"There are no postbacks of {network[:30]!r}. Use /postback/{SLUG}/."
        return _refuse(_Refusal(404, "not_found", words), "")
    kind = registry.adapter_class(network)
    try:
        body = _body(request, network, LARGEST_PUSH)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise _Refusal(415, "bad_input", "Send the body unpacked.")
        noted = _noted(network, Push(body, _headers(request), request.GET.dict()))
    except _Refusal as exc:
        return _refuse(exc, network)
    except Unreadable as exc:
        return _refuse(_Refusal(400, "bad_input", str(exc)), network)
    except Forged:
        logger.warning("A push of %s was refused with 401: its signature is wrong.", network)
        return JsonResponse(dict(kind.push_refused), status=401)
    logger.info("A push of %s was taken: %s orders to read.", network, noted)
    return JsonResponse(dict(kind.push_taken))


def _noted(network: str, push: Push) -> int:
    """Prove the message, note its orders and call a worker for those that are new; how many they are."""
    pushed, account = _proved(network, push)
    with transaction.atomic():
        fresh = pushes.note(network, pushed, account)
        if fresh:
            tasks.read_pushed.enqueue(fresh)
    return len(fresh)


def _proved(network: str, push: Push) -> tuple[Pushed, str]:
    """What the message says, and the account whose secret signed it. Raises Forged where none did, and _Refusal where
    one that could not be asked may have.
    """
    asked, unreadable = 0, 0
    for account in connections.account_names(network):
        try:
            adapter = connections.adapter(network, account=account)
        except NetworkError as exc:
            logger.error("%s", exc.message)
            unreadable += 1
            continue
        if not adapter.configured:
            continue
        asked += 1
        try:
            return adapter.pushed(push), account
        except Forged:
            continue
    if unreadable:
        raise _Refusal(503, "unavailable", "Postbacks cannot be checked for now. Send it again later.")
    if not asked:  # nobody's secret would prove anything
        raise _Refusal(503, "off", "Postbacks are switched off for now. Send it again later.")
    raise Forged


def _body(request: HttpRequest, network: str, largest: int) -> bytes:
    """The body, read as far as it may be. Raises _Refusal."""
    if request.method != "POST":
        raise _Refusal(405, "bad_input", "Send it with POST.")
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        # Django reads as far as the length says, and would see an empty body.
        raise _Refusal(411, "bad_input", "Send the body whole, with its Content-Length.")
    if not connections.is_on(network):
        raise _Refusal(503, "off", "Postbacks are switched off for now. Send it again later.")
    body = request.read(largest + 1)
    if len(body) > largest:
        raise _Refusal(413, "bad_input", f"The body is larger than {largest} bytes.")
    return body


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _refuse(refused: _Refusal, sender: str) -> JsonResponse:
    """Logged with who claimed to send it, and neither body, nor nonce, nor signature."""
    logger.warning("Postback of %r refused with %s: %s", sender[:30], refused.status, refused.message)
    content = refusal(refused.kind, refused.message)
    return JsonResponse(content, status=refused.status, headers=HEADERS.get(refused.status, {}))
