"""Messages that Youzan pushes: the published signature, and everything that must be refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest

from affiliate.networks.errors import NotFound
from affiliate.networks.pushes import LARGEST_PUSH, Forged, Push, Unreadable
from affiliate.networks.tests.gateways.youzan import OTHER_SELLER
from affiliate.networks.youzan.adapter import YouzanAdapter
from affiliate.networks.youzan.push import read, signature, verified

CREDENTIALS = {"CLIENT_ID": "demo_client", "CLIENT_SECRET": "demo_secret", "GRANT_ID": "1984620"}
MSG = "%7B%22tid%22%3A%22E20240102000000000000001%22%7D"
SIGN = "f0142482f8a54e46e9b26ce8e7c9bd62"


def body(**changes: Any) -> bytes:
    row = {"msg": MSG, "sign": SIGN, "client_id": "demo_client", "kdt_id": 1984620, "test": False}
    row |= {"type": "trade_TradePaid", "id": "E20240102000000000000001"} | changes
    return json.dumps(row).encode()


def signed(inside: object, **changes: Any) -> bytes:
    msg = quote_plus(json.dumps(inside, ensure_ascii=False))
    return body(msg=msg, sign=signature("demo_client", msg.encode(), "demo_secret"), **changes)


def test_the_signature_is_the_one_of_the_published_vector() -> None:
    assert signature("demo_client", MSG.encode(), "demo_secret") == SIGN


def test_a_message_signed_in_its_body_is_read() -> None:
    found = verified(body(), {}, CREDENTIALS)
    assert (found.kind, found.test, found.order_id) == ("trade_TradePaid", False, "E20240102000000000000001")


def test_a_message_signed_in_the_header_is_read_and_the_header_covers_the_whole_body() -> None:
    sent = body(sign="")
    headers = {"event-sign": signature("demo_client", sent, "demo_secret").upper()}
    assert verified(sent, headers, CREDENTIALS).order_id == "E20240102000000000000001"
    with pytest.raises(Forged):
        verified(sent.replace(b"TradePaid", b"TradeClose"), headers, CREDENTIALS)


def test_what_is_signed_is_the_message_as_it_came_not_as_it_reads() -> None:
    decoded = '{"tid":"E20240102000000000000001"}'
    with pytest.raises(Forged):
        verified(body(sign=signature("demo_client", decoded.encode(), "demo_secret")), {}, CREDENTIALS)


@pytest.mark.parametrize("said", [True, "true"])
def test_a_test_says_that_it_is_one(said: object) -> None:
    assert verified(body(test=said), {}, CREDENTIALS).test


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": SIGN[:-1] + "3"},
        {"sign": ""},
        {"sign": None},
        {"sign": 5},
        {"sign": "签"},
        {"msg": MSG + "%20"},
        {"msg": ""},
        {"msg": None},
        {"msg": {"tid": "E1"}},
        {"client_id": "another"},
        {"kdt_id": 999},
        {"kdt_id": "999"},
    ],
)
def test_a_message_of_anybody_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Forged):
        verified(body(**changes), {}, CREDENTIALS)


def test_the_shop_inside_the_signed_message_counts_too() -> None:
    with pytest.raises(Forged):
        verified(signed({"tid": "E1", "kdt_id": 999}), {}, CREDENTIALS)
    assert verified(signed({"tid": "E1", "kdt_id": 1984620}), {}, CREDENTIALS).order_id == "E1"


@pytest.mark.parametrize("missing", ["CLIENT_ID", "CLIENT_SECRET"])
def test_without_a_secret_nothing_is_genuine(missing: str) -> None:
    nobody = CREDENTIALS | {missing: ""}
    msg = "%7B%7D"
    forged = body(msg=msg, sign=signature(nobody["CLIENT_ID"], msg.encode(), nobody["CLIENT_SECRET"]))
    with pytest.raises(Forged):
        verified(forged, {}, nobody)


@pytest.mark.parametrize("sent", [b"", b"[]", b"\xff\xfe", b"<xml/>", b"[" * 100_000, b" " * (LARGEST_PUSH + 1)])
def test_what_is_no_message_at_all_is_refused(sent: bytes) -> None:
    with pytest.raises(Unreadable):
        verified(sent, {}, CREDENTIALS)


def test_a_genuine_message_that_cannot_be_read_is_refused() -> None:
    sign = signature("demo_client", b"%7Bnot-json", "demo_secret")
    with pytest.raises(Unreadable, match="not JSON"):
        verified(body(msg="%7Bnot-json", sign=sign), {}, CREDENTIALS)


def test_nothing_about_the_buyer_is_kept() -> None:
    inside = {"tid": "E1", "receiver_name": "张三", "buyer_phone": "13900000000", "memo": "a\u0000b 加 急"}
    found = verified(signed(inside), {}, CREDENTIALS)
    assert dict(found.message) == {"tid": "E1", "memo": "ab 加 急"}


def test_a_message_is_one_message_however_often_it_comes_and_a_test_names_no_order() -> None:
    once, again = read(Push(body()), CREDENTIALS), read(Push(body(kdt_name="改了名的店")), CREDENTIALS)
    assert once == again and once.order_ids == ("E20240102000000000000001",)
    assert read(Push(body(type="trade_TradeClose")), CREDENTIALS).key != once.key
    assert read(Push(body(test=True)), CREDENTIALS).order_ids == ()


def test_the_order_of_a_message_is_read_from_the_report_of_its_salesman(gateway, youzan: YouzanAdapter) -> None:
    row = gateway.add_order(seller=OTHER_SELLER)
    gateway.add_order(seller=OTHER_SELLER)
    (line,) = youzan.order(row["order_no"]).lines
    assert (line.order_id, line.ad_slot) == (row["order_no"], OTHER_SELLER)


@pytest.mark.parametrize("number", ["E20240102000000000000001", "E20249902000000000000001", "T77", ""])
def test_an_order_that_no_salesman_sold_is_not_found(youzan: YouzanAdapter, number: str) -> None:
    with pytest.raises(NotFound):
        youzan.order(number)
