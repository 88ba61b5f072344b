"""Speaks TOP, the gateway of Alibaba's open platform: signs, sends, opens the answer, turns its codes into errors.

Source: open.taobao.com docId=101617 (签名算法) and docId=102 (公共错误码). Used by every network that lives behind it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from affiliate.networks.clocks import BEIJING, utc_now
from affiliate.networks.errors import NetworkError, ProtocolError
from affiliate.networks.top_errors import Meaning, business_error, gateway_error
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://eco.taobao.com/router/rest"
SIGN_METHOD = "md5"
FINE_CODES = frozenset({"", "0", "200", "success"})
OUTCOME = frozenset({"request_id", "result_code", "result_msg", "biz_error_code", "biz_error_desc", "message"})


def sign(params: Mapping[str, str], secret: str, method: str = SIGN_METHOD) -> str:
    """The signature of these parameters, upper-case hex; empty ones and `sign` itself are not signed.

    `method` is md5, hmac (HMAC-MD5) or hmac-sha256. Raises ValueError for another.
    """
    text = "".join(f"{name}{params[name]}" for name in sorted(params) if name != "sign" and params[name] != "")
    if method == "md5":
        return hashlib.md5(f"{secret}{text}{secret}".encode(), usedforsecurity=False).hexdigest().upper()
    digests = {"hmac": hashlib.md5, "hmac-sha256": hashlib.sha256}
    if method not in digests:
        raise ValueError(f"unknown sign method {method!r}")
    return hmac.new(secret.encode(), text.encode(), digests[method]).hexdigest().upper()


class TopClient:
    """One account's calls. `call` returns what stands inside the answer's root, once both layers call it good."""

    def __init__(
        self,
        config: Mapping[str, str],
        transport: Transport,
        *,
        meanings: Mapping[str, Meaning],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._config = config
        self._transport = transport
        self._meanings = meanings
        self._now = now
        self._gateway = config.get("GATEWAY") or GATEWAY

    def call(self, method: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, again where TOP says it is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(method, fields))

    def _once(self, method: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        form = self.signed(method, fields)
        response = self._transport.request("POST", self._gateway, operation=method, data=form)
        return self._open(parse_json(response, self._transport.network))

    def signed(self, method: str, fields: Mapping[str, Any]) -> dict[str, str]:
        """The form of one call. Structures become JSON once: what is signed is what is sent."""
        form = {
            "method": method,
            "app_key": self._config.get("APP_KEY", ""),
            "timestamp": self._now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "format": "json",
            "v": "2.0",
            "sign_method": SIGN_METHOD,
        }
        form |= {name: text for name, value in fields.items() if (text := _as_text(value)) != ""}
        if session := self._config.get("SESSION"):
            form["session"] = session
        return form | {"sign": sign(form, self._config.get("APP_SECRET", ""))}

    def _open(self, answer: Any) -> dict[str, Any]:
        """The root out of its envelope. Raises the error that the gateway or the service behind it reports."""
        network = self._transport.network
        if not isinstance(answer, dict):
            raise self.strange(answer)
        if isinstance(refused := answer.get("error_response"), dict):
            raise gateway_error(network, refused, self._meanings, self._now())
        roots = [value for key, value in answer.items() if key.endswith("_response")]
        if len(roots) != 1 or not isinstance(root := roots[0], dict):
            raise self.strange(answer)
        if (error := self._refusal(root)) is not None:
            raise error
        return root

    def _refusal(self, root: Mapping[str, Any]) -> NetworkError | None:
        """What the service says went wrong inside an answer that the gateway calls good."""
        words = " ".join(str(root.get(key) or "") for key in ("biz_error_desc", "result_msg", "message")).strip()
        for key in ("biz_error_code", "result_code"):
            if (code := str(root.get(key) or "").lower()) not in FINE_CODES:
                return business_error(self._transport.network, code, words, self._meanings)
        if str(root.get("result_success", "true")).lower() == "false":
            return business_error(self._transport.network, "", words, self._meanings)
        return None

    def inside(self, root: Mapping[str, Any], *names: str) -> Mapping[str, Any] | list[Any]:
        """What the root holds under the first of these names. An answer without it is empty only where it holds nothing
        else either; one that holds something of another name must not pass for "nothing there".
        """
        for name in names:
            if isinstance(found := root.get(name), Mapping | list):
                return found
        if set(root) - OUTCOME - {"result_success", "total_count", *names}:
            raise self.strange(root)
        return {}

    def strange(self, answer: Any) -> ProtocolError:
        """The error for an answer of no known form."""
        return ProtocolError(
            "The gateway's answer has a form that is not known here.",
            network=self._transport.network,
            code="envelope",
            detail=repr(answer)[:300],
        )


def _as_text(value: Any) -> str:
    """A parameter as TOP takes it: words as they are, structures as compact JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int() | Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
