"""Speaks Pinduoduo's envelope: signs, sends, opens the wrapper, turns its codes into errors.

Source: Pinduoduo open platform docs, gateway https://gw-api.pinduoduo.com/api/router.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import ProtocolError
from affiliate.networks.pdd.codes import answer_error
from affiliate.networks.pdd.signing import sign
from affiliate.networks.transport import Transport, parse_json

GATEWAY = "https://gw-api.pinduoduo.com/api/router"

WRAPPERS = {
    "pdd.ddk.goods.search": "goods_search_response",
    "pdd.ddk.goods.detail": "goods_detail_response",
    "pdd.ddk.goods.promotion.url.generate": "goods_promotion_url_generate_response",
    "pdd.ddk.goods.zs.unit.url.gen": "goods_zs_unit_generate_response",
    "pdd.ddk.rp.prom.url.generate": "rp_promotion_url_generate_response",
    "pdd.ddk.member.authority.query": "authority_query_response",
    "pdd.ddk.order.list.increment.get": "order_list_get_response",
    "pdd.ddk.order.list.range.get": "order_list_get_response",
    "pdd.ddk.order.detail.get": "order_detail_response",
}
"""The wrapper cannot be told from the method's name."""


def compact(value: Any) -> str:
    """JSON as it is signed and sent: made once, ASCII kept short."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class PddClient:
    """One account's calls. `call` returns what stands in the wrapper."""

    def __init__(
        self, config: Mapping[str, str], transport: Transport, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._transport = transport
        self._now = now
        self._gateway = config.get("GATEWAY") or GATEWAY

    def call(self, method: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call, again where Pinduoduo says it is busy. Raises NetworkError for everything but success."""
        return self._transport.retrying(lambda: self._once(method, fields))

    def _once(self, method: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        form = self.signed(method, fields)
        response = self._transport.request("POST", self._gateway, operation=method, data=form)
        return self._open(method, parse_json(response, self._transport.network))

    def signed(self, method: str, fields: Mapping[str, Any]) -> dict[str, str]:
        """The form of one call: lists and objects as JSON, booleans as words, every value as it is signed."""
        form = {name: as_text(value) for name, value in fields.items()}
        form |= {
            "type": method,
            "client_id": self._config.get("CLIENT_ID", ""),
            "timestamp": str(int(self._now().timestamp())),
            "data_type": "JSON",
        }
        return form | {"sign": sign(form, self._config.get("CLIENT_SECRET", ""))}

    def _open(self, method: str, answer: Any) -> dict[str, Any]:
        """What stands in the wrapper. Raises the error that the answer reports."""
        network = self._transport.network
        if not isinstance(answer, dict):
            raise self._strange(answer)
        if isinstance(refused := answer.get("error_response"), dict):
            raise answer_error(network, refused, self._now())
        inner = answer.get(WRAPPERS.get(method, ""))
        if inner is None:
            wrapped = [value for key, value in answer.items() if key.endswith("_response")]
            inner = wrapped[0] if len(wrapped) == 1 else None
        if not isinstance(inner, dict):
            raise self._strange(answer)
        return inner

    def _strange(self, answer: Any) -> ProtocolError:
        return ProtocolError(
            "Pinduoduo's answer has a form that is not known here.",
            network=self._transport.network,
            code="envelope",
            detail=repr(answer)[:300],
        )


def as_text(value: Any) -> str:
    """A parameter as it is signed and sent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else compact(value)
