"""The signature against a vector worked out by hand, and against the bytes that really go out."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from affiliate.networks.suning.client import LINK, SuningClient
from affiliate.networks.suning.signing import Signed, sign
from affiliate.networks.transport import Transport

HEADERS = {
    "AppMethod": "suning.netalliance.extensionlink.get",
    "AppRequestTime": "2024-01-02 03:04:05",
    "AppKey": "demoKey",
    "VersionNo": "v1.2",
}
FIELDS = {"productUrl": "https://product.suning.com/0000000000/10073327418.html", "subUser": "a12p345"}
BODY = (
    '{"sn_request":{"sn_body":{"getExtensionlink":{"productUrl":"https://product.suning.com/0000000000/10073327418.html",'
    '"subUser":"a12p345"}}}}'
)


def test_a_call_is_signed_as_worked_out() -> None:
    assert sign(HEADERS, BODY.encode(), "demoSecret") == "90b8679dfd44c8844d049f548c8f611a"


def test_what_is_signed_is_what_is_sent() -> None:
    request = httpx.Request("POST", "https://open.suning.com/", json={"sn_request": {"名": "值"}})
    sent = next(Signed(HEADERS, "demoSecret").auth_flow(request))
    assert sent.headers["signInfo"] == sign(HEADERS, sent.content, "demoSecret")
    assert sent.headers["AppRequestTime"] == "2024-01-02 03:04:05"


def test_the_time_is_that_of_beijing() -> None:
    client = SuningClient(
        {"APP_KEY": "demoKey"}, Transport("suning"), now=lambda: datetime(2024, 1, 1, 19, 4, 5, tzinfo=UTC)
    )
    assert HEADERS.items() <= client.headers(LINK).items()
    assert client.headers(LINK)["Format"] == "json"
