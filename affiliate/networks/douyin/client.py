"""Speaks Pangle's e-commerce CPS: signs, sends, opens the answer, turns its words into errors.

Source: 穿山甲 docs (csjplatform.com, 电商 CPS), gateway https://ecom.pangolin-sdk-toutiao.com.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import utc_now
from affiliate.networks.douyin.codes import answer_error
from affiliate.networks.douyin.signing import sign
from affiliate.networks.errors import ProtocolError
from affiliate.networks.transport import Transport, load_json, parse_json

GATEWAY = "https://ecom.pangolin-sdk-toutiao.com"


class PangleClient:
    """One account's calls. `call` returns the `data` of an answer whose code is 0."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = (config.get("GATEWAY") or GATEWAY).rstrip("/")

    def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, again where Pangle is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(path, body))

    def _once(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        response = self._transport.request(
            "POST", self._gateway + path, operation=path.strip("/"), json=self.signed(body)
        )
        return self._opened(parse_json(response, self._transport.network))

    def signed(self, body: Mapping[str, Any], req_id: str = "") -> dict[str, Any]:
        """The envelope of one call. The business JSON is made once: what is signed is what is sent."""
        app_id, secret = self._config.get("APP_ID", ""), self._config.get("SECURE_KEY", "")
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        req_id = req_id or str(uuid.uuid4())
        seconds = int(self._now().timestamp())
        return {
            "app_id": app_id,
            "timestamp": seconds,
            "version": "1",
            "sign_type": "MD5",
            "req_id": req_id,
            "data": data,
            "sign": sign(app_id, data, req_id, str(seconds), secret),
        }

    def _opened(self, answer: Any) -> dict[str, Any]:
        """The data, which may come as JSON within JSON. Raises the error that the answer reports."""
        network = self._transport.network
        if not isinstance(answer, dict) or "code" not in answer:
            raise self._strange(answer)
        if str(answer["code"]) != "0":
            raise answer_error(network, str(answer["code"]), str(answer.get("desc") or answer.get("message") or ""))
        data = answer.get("data")
        if isinstance(data, str) and data:
            data = load_json(data, network)
        if data is None or data == "":
            return {}
        if not isinstance(data, dict):
            raise self._strange(answer)
        return data

    def _strange(self, answer: Any) -> ProtocolError:
        return ProtocolError(
            "Pangle's answer has a form that is not known here.",
            network=self._transport.network,
            code="envelope",
            detail=repr(answer)[:300],
        )
