"""Speaks the CPS Open API of Meituan Union: signs, sends, opens the answer, turns its words into errors.

Source: Meituan Union docs, https://media.meituan.com/cps_open/common/api/v1/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.meituan.codes import answer_error
from affiliate.networks.meituan.signing import SIGNED, body_digest, signature
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://media.meituan.com/cps_open/common/api/v1"


class MeituanClient:
    """One account's calls. `call` returns the whole answer, a dict whose code is 0."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = (config.get("GATEWAY") or GATEWAY).rstrip("/")

    def call(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, again where Meituan says it is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(name, body))

    def _once(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{self._gateway}/{name}"
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = self.signed("POST", urlsplit(url).path, content)
        response = self._transport.request("POST", url, operation=name, content=content, headers=headers)
        return self._open(parse_json(response, self._transport.network))

    def signed(self, method: str, path: str, content: bytes) -> dict[str, str]:
        """The headers of one call. The body is made once: what is signed is what is sent."""
        headers = {
            "Content-Type": "application/json",
            "Content-MD5": body_digest(content),
            "S-Ca-App": self._config.get("APP_KEY", ""),
            "S-Ca-Timestamp": str(int(self._now().timestamp() * 1000)),
            "S-Ca-Signature-Headers": ",".join(SIGNED),
        }
        secret = self._config.get("APP_SECRET", "")
        return headers | {"S-Ca-Signature": signature(method, path, headers["Content-MD5"], headers, secret)}

    def _open(self, answer: Any) -> dict[str, Any]:
        """The answer, once it says that all went well. One description of the API calls the code `status`."""
        network = self._transport.network
        if not isinstance(answer, dict) or not {"code", "status"} & set(answer):
            raise ProtocolError(
                "Meituan's answer has a form that is not known here.",
                network=network,
                code="envelope",
                detail=repr(answer)[:300],
            )
        code = str(answer.get("code", answer.get("status")))
        if code != "0":
            raise answer_error(
                network, code, str(answer.get("message") or answer.get("msg") or answer.get("des") or "")
            )
        return answer
