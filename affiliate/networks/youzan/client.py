"""Speaks Youzan's open platform: a token in the query, JSON in the body, four forms of answer (Youzan docs,
https://open.youzanyun.com). Nothing is signed but the client secret, which fetches tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from affiliate.networks.adapter import Renewal
from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import NetworkError, ProtocolError, Reauthorise
from affiliate.networks.transport import Transport, parse_json
from affiliate.networks.youzan.codes import answer_error

GATEWAY = "https://open.youzanyun.com"
SHORTEST_LIFE, USUAL_LIFE, LONGEST_LIFE = timedelta(minutes=10), timedelta(hours=2), timedelta(days=30)
_JSON = {"Content-Type": "application/json"}


class YouzanClient:
    """One shop's calls. A token that is not given is asked for once and kept as long as the client."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = (config.get("GATEWAY") or GATEWAY).rstrip("/")
        self._token = config.get("ACCESS_TOKEN", "")

    def call(self, name: str, version: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a method answers, out of its envelope; again where Youzan is busy. Raises NetworkError for everything
        but success.
        """
        return self._transport.retrying(lambda: self._once(name, version, body))

    def _once(self, name: str, version: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._token:
            self._token = self.silent_token().values["ACCESS_TOKEN"]
        url = f"{self._gateway}/api/{name}/{version}"
        return self._sent(url, body, operation=name, params={"access_token": self._token})

    def silent_token(self, *, retried: bool = True) -> Renewal:
        """A token of the shop for an application of its own (自用型). To ask again does no harm."""
        asked = {"authorize_type": "silent", "grant_id": self._config.get("GRANT_ID", ""), "refresh": False}
        return self._tokens(asked, retried=retried)

    def refreshed_token(self) -> Renewal:
        """Fresh tokens for the refresh token (工具型), which is used up by asking. Never tried twice for that."""
        asked = {"authorize_type": "refresh_token", "refresh_token": self._config.get("REFRESH_TOKEN", "")}
        return self._tokens(asked, retried=False)

    def tokens_for(self, code: str) -> Renewal:
        """Tokens for the code that a shop's owner brought (工具型), and that shop's number. The code is used up by
        asking. Raises Reauthorise where it is another shop's than GRANT_ID.
        """
        return self._tokens({"authorize_type": "authorization_code", "code": code}, retried=False)

    def _tokens(self, asked: Mapping[str, Any], *, retried: bool) -> Renewal:
        known = {name.lower(): self._config.get(name, "") for name in ("CLIENT_ID", "CLIENT_SECRET")}
        url = f"{self._gateway}/auth/token"
        answer = self._sent(url, known | dict(asked), operation="auth.token", retried=retried)
        token = str(answer.get("access_token") or "")
        if not token:
            raise ProtocolError(
                "Youzan's answer holds no access token.", network=self._transport.network, code="no_token"
            )
        fresh = {"ACCESS_TOKEN": token}
        if asked["authorize_type"] != "silent" and (refresh := str(answer.get("refresh_token") or "")):
            fresh["REFRESH_TOKEN"] = refresh
        if asked["authorize_type"] == "authorization_code" and (shop := str(answer.get("authority_id") or "")):
            fresh["GRANT_ID"] = self._same_shop(shop)
        return Renewal(fresh, expiry(answer.get("expires") or answer.get("expires_in"), self._now()))

    def _same_shop(self, shop: str) -> str:
        expected = self._config.get("GRANT_ID", "").strip()
        if expected and shop != expected:
            raise Reauthorise(
                "Another shop than GRANT_ID let us in. Let the owner of that shop authorise, or correct GRANT_ID.",
                network=self._transport.network,
                code="shop",
                detail=shop[:40],
            )
        return shop

    def _sent(
        self, url: str, body: Mapping[str, Any], *, operation: str, params: Any = None, retried: bool = True
    ) -> Mapping[str, Any]:
        """Sent as bytes, of which the log keeps the length alone: the body may hold a mobile number."""
        response = self._transport.request(
            "POST",
            url,
            operation=operation,
            params=params,
            content=json.dumps(body, ensure_ascii=False).encode(),
            headers=_JSON,
            retried=retried,
        )
        return opened(parse_json(response, self._transport.network), self._transport.network)


def opened(answer: Any, network: str) -> Mapping[str, Any]:
    """The inside of an answer: `data` of the newer methods, `response` of the older ones, a bare token. Raises what
    `gw_err_resp`, `error_response` or `success: false` says.
    """
    if isinstance(answer, dict):
        for name in ("gw_err_resp", "error_response"):
            if isinstance(failed := answer.get(name), dict):
                raise _failure(failed, network)
        if answer.get("success") is False:
            raise _failure(answer, network)
        for name in ("data", "response"):
            if isinstance(inside := answer.get(name), dict):
                return inside
        if "access_token" in answer:
            return answer
    raise ProtocolError(
        "Youzan's answer has a form that is not known here.",
        network=network,
        code="envelope",
        detail=repr(answer)[:300],
    )


def _failure(failed: Mapping[str, Any], network: str) -> NetworkError:
    code = next((str(failed[name]) for name in ("err_code", "code") if failed.get(name) is not None), "")
    said = next((str(failed[name]) for name in ("err_msg", "msg", "message") if failed.get(name)), "")
    return answer_error(network, code, said)


def expiry(value: Any, now: datetime) -> datetime:
    """When a token runs out: clients read `expires` as epoch milliseconds, some as seconds or as a lifetime. What no
    token can have, or nothing at all, counts as a short one.
    """
    text = str(value or "")
    if not text.isascii() or not text.isdecimal() or len(text) > 13:
        return now + USUAL_LIFE
    number = int(text)
    if number < 10**9:
        left = timedelta(seconds=number)
    else:
        left = datetime.fromtimestamp(number / 1000 if number >= 10**12 else number, UTC) - now
    return now + min(max(left, SHORTEST_LIFE), LONGEST_LIFE)
