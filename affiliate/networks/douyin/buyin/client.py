"""Speaks 抖店's open platform: signs, sends, opens the answer, renews the tokens.

Source: 抖店开放平台 docs (op.jinritemai.com), gateway https://openapi-fxg.jinritemai.com.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.douyin.buyin.codes import answer_error
from affiliate.networks.douyin.buyin.signing import param_json, sign
from affiliate.networks.errors import ProtocolError
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://openapi-fxg.jinritemai.com"
DONE = "10000"


class BuyinClient:
    """One account's calls. `call` returns the `data` of an answer whose code is 10000."""

    def __init__(self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime]) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = (config.get("GATEWAY") or GATEWAY).rstrip("/")

    def call(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make one call, again where Douyin is busy. Raises NetworkError for everything but success."""
        token = {"access_token": self._config.get("ACCESS_TOKEN", "")}
        return self._transport.retrying(lambda: self._once(method, params, token, retried=True))

    def renewed(self) -> Mapping[str, Any]:
        """Fresh tokens for the refresh token. Never tried twice: asking may use it up."""
        params = {"grant_type": "refresh_token", "refresh_token": self._config.get("REFRESH_TOKEN", "")}
        return self._once("token.refresh", params, {}, retried=False)

    def _once(
        self, method: str, params: Mapping[str, Any], token: dict[str, str], *, retried: bool
    ) -> Mapping[str, Any]:
        body = param_json(params)
        response = self._transport.request(
            "POST",
            f"{self._gateway}/{method.replace('.', '/')}",
            operation=method,
            params=self.query(method, body) | token,
            content=body.encode(),
            headers={"Content-Type": "application/json"},
            retried=retried,
        )
        return self._opened(parse_json(response, self._transport.network))

    def query(self, method: str, body: str) -> dict[str, str]:
        """What stands beside the business JSON, signed."""
        key, at = self._config.get("APP_KEY", ""), str(int(self._now().timestamp()))
        signed = sign(key, method, body, at, self._config.get("APP_SECRET", ""))
        fields = {"app_key": key, "method": method, "timestamp": at, "v": "2"}
        return fields | {"sign": signed, "sign_method": "hmac-sha256"}

    def _opened(self, answer: Any) -> Mapping[str, Any]:
        """The data; some of these methods wrap it once more."""
        network = self._transport.network
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or "code" not in answer or not (data is None or isinstance(data, dict)):
            raise ProtocolError(
                "Douyin's answer has a form that is not known here.",
                network=network,
                code="envelope",
                detail=repr(answer)[:300],
            )
        if str(answer["code"]) != DONE:
            raise answer_error(network, answer)
        inner = (data or {}).get("data")
        return inner if isinstance(inner, dict) else data or {}
