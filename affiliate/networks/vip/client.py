"""Speaks VIP's envelope: common parameters in the address, the business JSON in the body (VOP docs).

With an access token the second generation of services (2.0.0, …WithOauth) is called, which new applications are given;
without one the first generation.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.transport import Transport, parse_json
from affiliate.networks.vip.codes import answer_error
from affiliate.networks.vip.signing import Signed

GATEWAY = "https://vop.vipapis.com"
SERVICE = "com.vip.adp.api.open.service.Union%sService"


@dataclass(frozen=True, slots=True)
class Method:
    """One method by its names in both generations."""

    part: str
    plain: str
    authorised: str


GOODS_BY_ID = Method("Goods", "getByGoodsIdsV2", "getByGoodsIdsV2WithOauth")
GOODS_BY_WORDS = Method("Goods", "query", "queryWithOauth")
LINK_BY_ID = Method("Url", "genByGoodsId", "genByGoodsIdWithOauth")
LINK_BY_ADDRESS = Method("Url", "genByVIPUrl", "genByVIPUrlWithOauth")
LINK_CHECK = Method("Url", "vipLinkCheck", "vipLinkCheckWithOuth")
"""VIP spells it so."""
ORDERS = Method("Order", "orderList", "orderListWithOauth")
REFUNDS = Method("Order", "refundOrderList", "refundOrderListWithOauth")


def request_id() -> str:
    """A name of its own for every request, as VIP wants it."""
    return str(uuid.uuid4())


class VipClient:
    """One account's calls. `call` returns the result, None where VIP has nothing."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = config.get("GATEWAY") or GATEWAY

    def call(self, method: Method, body: Mapping[str, Any]) -> Any:
        """Make one call, again where VIP says it is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(method, body))

    def _once(self, method: Method, body: Mapping[str, Any]) -> Any:
        common = self.common(method)
        response = self._transport.request(
            "POST",
            self._gateway,
            operation=common["method"],
            json=dict(body),
            headers={"Content-Type": "application/json; charset=UTF-8"},
            auth=Signed(common, self._config.get("APP_SECRET", "")),
        )
        return self._open(parse_json(response, self._transport.network))

    def common(self, method: Method) -> dict[str, str]:
        """The common parameters of one call, unsigned."""
        token = self._config.get("ACCESS_TOKEN", "")
        common = {
            "appKey": self._config.get("APP_KEY", ""),
            "format": "JSON",
            "method": method.authorised if token else method.plain,
            "service": SERVICE % (f"{method.part}V2" if token else method.part),
            "timestamp": str(int(self._now().timestamp())),
            "version": "2.0.0" if token else "1.3.0",
        }
        return common | ({"accessToken": token} if token else {})

    def _open(self, answer: Any) -> Any:
        """The result. Raises the error that the answer reports."""
        network = self._transport.network
        if not isinstance(answer, dict) or "returnCode" not in answer:
            raise ProtocolError(
                "VIP's answer has a form that is not known here.",
                network=network,
                code="envelope",
                detail=repr(answer)[:300],
            )
        if (code := str(answer["returnCode"])) != "0":
            raise answer_error(network, code, str(answer.get("returnMessage") or ""))
        return answer.get("result")
