"""Calls the demo shop's API: signs, sends, opens the envelope, turns its codes into errors."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from affiliate.networks.demo import signing
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Reauthorise
from affiliate.networks.transport import Transport, parse_json

ERRORS: dict[int, tuple[type[NetworkError], str]] = {
    4001: (Reauthorise, "The demo shop refuses the signature."),
    4002: (Reauthorise, "The demo shop says that our clock is wrong."),
    4003: (BadInput, "The demo shop refuses a parameter."),
    4004: (NotFound, "The demo shop has no such item."),
    4005: (BadInput, "The window is longer than the demo shop takes."),
}


class DemoClient:
    """The four calls of the demo shop, as parsed JSON."""

    def __init__(self, gateway: str, transport: Transport, key: str, secret: str) -> None:
        self._gateway = gateway.rstrip("/")
        self._transport = transport
        self._key = key
        self._secret = secret

    def call(self, operation: str, query: Mapping[str, str]) -> Any:
        """The `data` of one answer. Raises NetworkError for everything but success."""
        path = f"/api/{operation}"
        stamp = str(int(time.time()))
        headers = {
            signing.KEY_HEADER: self._key,
            signing.TIME_HEADER: stamp,
            signing.SIGNATURE_HEADER: signing.signature(self._secret, "GET", path, query.items(), stamp),
        }
        url = f"{self._gateway}{path}"
        answer = self._transport.request("GET", url, operation=operation, params=dict(query), headers=headers)
        return self._open(parse_json(answer, self._transport.network))

    def _open(self, answer: Any) -> Any:
        network = self._transport.network
        if not isinstance(answer, dict) or not isinstance(code := answer.get("code"), int):
            raise ProtocolError("The demo shop's answer has another form than documented.", network=network)
        if code == 0:
            return answer.get("data")
        kind, message = ERRORS.get(code, (ProtocolError, "The demo shop answered with a code that is not documented."))
        raise kind(message, network=network, code=str(code), detail=str(answer.get("message", ""))[:200])
