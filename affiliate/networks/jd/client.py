"""Speaks JD Union's envelope: signs, sends, opens the answer twice, turns its codes into errors.

Source: JD Union open platform docs, gateway https://api.jd.com/routerjson (business JSON in `360buy_param_json`);
the older https://router.jd.com/api takes `param_json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import BEIJING, utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.jd.codes import answer_error, gateway_error
from affiliate.networks.jd.signing import sign
from affiliate.networks.transport import Transport, load_json, parse_json

GATEWAY = "https://api.jd.com/routerjson"
INNER_KEYS = ("queryResult", "getResult", "createResult", "result")


class JdClient:
    """One account's calls. `call` returns the inner answer, a dict whose code is 200."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = config.get("GATEWAY") or GATEWAY

    def call(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, again where JD says it is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(method, body))

    def _once(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        form = self.signed(method, body)
        response = self._transport.request("POST", self._gateway, operation=method, data=form)
        return self._open(parse_json(response, self._transport.network))

    def signed(self, method: str, body: Mapping[str, Any]) -> dict[str, str]:
        """The form of one call. The business JSON is made once: what is signed is what is sent."""
        business = "param_json" if self._gateway.rstrip("/").endswith("/api") else "360buy_param_json"
        form = {
            "method": method,
            "app_key": self._config.get("APP_KEY", ""),
            "timestamp": self._now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "format": "json",
            "v": "1.0",
            "sign_method": "md5",
            business: json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        }
        if token := self._config.get("ACCESS_TOKEN"):
            form["access_token"] = token
        return form | {"sign": sign(form, self._config.get("APP_SECRET", ""))}

    def _open(self, answer: Any) -> dict[str, Any]:
        """The inner answer out of its envelope. Raises the error that either layer reports."""
        network = self._transport.network
        if not isinstance(answer, dict):
            raise self._strange(answer)
        if isinstance(refused := answer.get("error_response"), dict):
            text = f"{refused.get('zh_desc') or ''} {refused.get('en_desc') or ''}".strip()
            raise gateway_error(network, str(refused.get("code", "")), text)
        envelopes = [value for key, value in answer.items() if key.endswith(("_responce", "_response"))]
        if len(envelopes) != 1 or not isinstance(outer := envelopes[0], dict):
            raise self._strange(answer)
        inner: Any = next((outer[key] for key in INNER_KEYS if outer.get(key)), None)
        if inner is None:
            text = f"{outer.get('zh_desc') or ''} {outer.get('en_desc') or outer.get('message') or ''}".strip()
            if str(outer.get("code", "0")) != "0":
                raise gateway_error(network, str(outer.get("code")), text)
            raise self._strange(answer)
        if isinstance(inner, str):
            inner = load_json(inner, network)
        if not isinstance(inner, dict) or "code" not in inner:
            raise self._strange(answer)
        if (code := str(inner["code"])) != "200":
            raise answer_error(network, code, str(inner.get("message") or ""))
        return inner

    def _strange(self, answer: Any) -> ProtocolError:
        return ProtocolError(
            "JD's answer has a form that is not known here.",
            network=self._transport.network,
            code="envelope",
            detail=repr(answer)[:300],
        )
