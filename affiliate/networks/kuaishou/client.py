"""Speaks Kuaishou's open platform: signs, sends by GET or POST as each method wants, opens the answer, renews tokens.

Source: Kuaishou open platform docs (open.kwaixiaodian.com), gateway https://openapi.kwaixiaodian.com.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.kuaishou.codes import answer_error
from affiliate.networks.kuaishou.signing import sign
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://openapi.kwaixiaodian.com"
KWAIMONEY = "open.distribution.cps.kwaimoney."
POSTED = frozenset({"link.create", "link.parse", "link.transfer"})


class KuaishouClient:
    """One account's calls. `call` returns the `data` of an answer whose result is 1."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = (config.get("GATEWAY") or GATEWAY).rstrip("/")

    def call(self, name: str, body: Mapping[str, Any]) -> Any:
        """Call a method of 快赚客, again where Kuaishou is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(name, body))

    def _once(self, name: str, body: Mapping[str, Any]) -> Any:
        method = KWAIMONEY + name
        url = f"{self._gateway}/{method.replace('.', '/')}"
        form = self.signed(method, body)
        if name in POSTED:
            response = self._transport.request("POST", url, operation=name, data=form)
        else:
            response = self._transport.request("GET", url, operation=name, params=form)
        return self._opened(parse_json(response, self._transport.network)).get("data")

    def signed(self, method: str, body: Mapping[str, Any]) -> dict[str, str]:
        """The parameters of one call. The business JSON is made once: what is signed is what is sent."""
        form = {
            "appkey": self._config.get("APP_KEY", ""),
            "method": method,
            "version": "1",
            "access_token": self._config.get("ACCESS_TOKEN", ""),
            "timestamp": str(int(self._now().timestamp() * 1000)),
            "signMethod": "HMAC_SHA256",
            "param": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        }
        return form | {"sign": sign(form, self._config.get("SIGN_SECRET", ""))}

    def renewed(self) -> dict[str, Any]:
        """Fresh tokens for the refresh token, which is used up by asking. Never tried twice for that reason."""
        form = {
            "app_id": self._config.get("APP_KEY", ""),
            "app_secret": self._config.get("APP_SECRET", ""),
            "grant_type": "refresh_token",
            "refresh_token": self._config.get("REFRESH_TOKEN", ""),
        }
        response = self._transport.request(
            "POST", f"{self._gateway}/oauth2/refresh_token", operation="oauth.refresh", data=form, retried=False
        )
        return self._opened(parse_json(response, self._transport.network))

    def tokens_for(self, code: str) -> dict[str, Any]:
        """Tokens for the code of an authorisation, which lives two minutes and is used up by asking."""
        form = {
            "app_id": self._config.get("APP_KEY", ""),
            "app_secret": self._config.get("APP_SECRET", ""),
            "grant_type": "code",
            "code": code,
        }
        response = self._transport.request(
            "GET", f"{self._gateway}/oauth2/access_token", operation="oauth.token", params=form, retried=False
        )
        return self._opened(parse_json(response, self._transport.network))

    def _opened(self, answer: Any) -> dict[str, Any]:
        network = self._transport.network
        if not isinstance(answer, dict) or "result" not in answer:
            raise ProtocolError(
                "Kuaishou's answer has a form that is not known here.",
                network=network,
                code="envelope",
                detail=repr(answer)[:300],
            )
        if str(answer["result"]) != "1":
            code = str(answer.get("sub_code") or answer.get("code") or answer["result"])
            words = [
                str(answer.get(name) or "") for name in ("error_msg", "sub_msg", "msg", "error", "error_description")
            ]
            raise answer_error(network, code, " ".join(dict.fromkeys(word for word in words if word)))
        return answer
