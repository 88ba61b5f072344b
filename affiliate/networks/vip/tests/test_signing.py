"""Signatures against vectors worked out by hand, and against the bytes that really go out."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from affiliate.networks.transport import Transport
from affiliate.networks.vip.client import ORDERS, VipClient
from affiliate.networks.vip.signing import Signed, sign

COMMON = {"appKey": "demoAppKey", "timestamp": "1700000000"}
AUTHORISED = COMMON | {
    "accessToken": "tok123",
    "format": "json",
    "language": "zh",
    "method": "genByVIPUrlWithOauth",
    "service": "com.vip.adp.api.open.service.UnionUrlV2Service",
    "version": "2.0.0",
}
AUTHORISED_BODY = (
    '{"urlList":["https://m.vip.com/product-1710612345-6919000000000000001.html"],"chanTag":"default_pid",'
    '"requestId":"11111111-2222-3333-4444-555555555555","statParam":"a12p345",'
    '"urlGenRequest":{"openId":"u_12","realCall":true,"adCode":"vendoapi"}}'
)
PLAIN = COMMON | {
    "format": "JSON",
    "method": "orderList",
    "service": "com.vip.adp.api.open.service.UnionOrderService",
    "version": "1.3.0",
}
PLAIN_BODY = (
    '{"queryModel":{"page":1,"pageSize":100,"requestId":"r1","updateTimeStart":1700000000000,'
    '"updateTimeEnd":1700003600000}}'
)


@pytest.mark.parametrize(
    ("params", "body", "expected"),
    [
        (AUTHORISED, AUTHORISED_BODY, "DA428B8873B22EDBCBF38565B54E5334"),
        (PLAIN, PLAIN_BODY, "9D2C8B22123DB48AE508A425109F51AA"),
    ],
)
def test_calls_are_signed_as_worked_out(params: dict[str, str], body: str, expected: str) -> None:
    assert sign(params, body.encode(), "demoAppSecret") == expected
    assert sign(params | {"sign": "OLD"}, body.encode(), "demoAppSecret") == expected


def test_what_is_signed_is_what_is_sent() -> None:
    request = httpx.Request("POST", "https://vop.vipapis.com", json={"queryModel": {"名": "值", "page": 1}})
    sent = next(Signed(PLAIN, "demoAppSecret").auth_flow(request))
    query = dict(sent.url.params)
    assert query.pop("sign") == sign(PLAIN, sent.content, "demoAppSecret")
    assert query == PLAIN


@pytest.mark.parametrize(
    ("token", "method", "service", "version"),
    [
        ("tok123", "orderListWithOauth", "UnionOrderV2Service", "2.0.0"),
        ("", "orderList", "UnionOrderService", "1.3.0"),
    ],
)
def test_the_token_chooses_the_generation(token: str, method: str, service: str, version: str) -> None:
    config = {"APP_KEY": "demoAppKey", "ACCESS_TOKEN": token}
    client = VipClient(config, Transport("vip"), now=lambda: datetime.fromtimestamp(1700000000.9, UTC))
    common = client.common(ORDERS)
    assert (common["method"], common["version"]) == (method, version)
    assert common["service"] == f"com.vip.adp.api.open.service.{service}"
    assert common["timestamp"] == "1700000000"
    assert ("accessToken" in common) == bool(token)
