"""Speaks Suning's envelope: common parameters in headers, the business JSON in the body (Suning open platform docs)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import BEIJING, utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.suning.codes import NO_RESULT, answer_error
from affiliate.networks.suning.signing import Signed
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://open.suning.com/api/http/sopRequest"


@dataclass(frozen=True, slots=True)
class Method:
    """One method and the name that its fields and its answer stand under."""

    name: str
    business: str


ITEM = Method("suning.netalliance.commoditydetail.query", "queryCommoditydetail")
SEARCH = Method("suning.netalliance.searchcommoditynew.query", "querySearchcommoditynew")
LINK = Method("suning.netalliance.extensionlink.get", "getExtensionlink")
APPLET = Method("suning.netalliance.appletextensionlink.get", "getAppletextensionlink")
ORDERS = Method("suning.netalliance.order.query", "queryOrder")
SETTLEMENTS = Method("suning.netalliance.ordersettlenew.get", "getOrdersettlenew")


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands under the method's name, None where Suning has nothing, and the head with its counts."""

    value: Any
    head: Mapping[str, Any]


class SuningClient:
    """One account's calls."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = config.get("GATEWAY") or GATEWAY

    def call(self, method: Method, fields: Mapping[str, str]) -> Opened:
        """Make one call, again where Suning says it is busy. That there is nothing is an answer, no error."""
        return self._transport.retrying(lambda: self._once(method, fields))

    def _once(self, method: Method, fields: Mapping[str, str]) -> Opened:
        response = self._transport.request(
            "POST",
            self._gateway,
            operation=method.name,
            json={"sn_request": {"sn_body": {method.business: dict(fields)}}},
            headers={"Content-Type": "application/json; charset=utf-8"},
            auth=Signed(self.headers(method), self._config.get("APP_SECRET", "")),
        )
        return self._open(method, parse_json(response, self._transport.network))

    def headers(self, method: Method) -> dict[str, str]:
        """The common headers of one call, unsigned."""
        return {
            "AppMethod": method.name,
            "AppRequestTime": self._now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "AppKey": self._config.get("APP_KEY", ""),
            "VersionNo": "v1.2",
            "Format": "json",
        }

    def _open(self, method: Method, answer: Any) -> Opened:
        """What stands under the method's name. Raises the error that the answer reports."""
        network = self._transport.network
        content = answer.get("sn_responseContent") if isinstance(answer, dict) else None
        if isinstance(content, dict) and isinstance(refused := content.get("sn_error"), dict):
            code, message = str(refused.get("error_code") or ""), str(refused.get("error_msg") or "")
            if code.endswith(NO_RESULT):
                return Opened(None, {})
            raise answer_error(network, code, message)
        body = content.get("sn_body") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(body, dict) or method.business not in body:
            raise ProtocolError(
                "Suning's answer has a form that is not known here.",
                network=network,
                code="envelope",
                detail=repr(answer)[:300],
            )
        head = content.get("sn_head")
        return Opened(body[method.business], head if isinstance(head, dict) else {})
