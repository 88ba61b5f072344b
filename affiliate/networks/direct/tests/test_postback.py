"""Signed messages of direct merchants: the worked vector, every refusal, and what is kept of a body."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.direct import postback
from affiliate.networks.direct.postback import BadSignature, StaleTimestamp, parse, sign, verify
from affiliate.networks.errors import BadInput
from affiliate.networks.types import LineState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b'{"order_id":"A1"}'
VECTOR = "b0449abdd877fd3a49f4d32bdb40da6143789e5751118a25044b5a03b97cc56c"
ORDER: dict[str, Any] = {
    "order_id": "A-1001",
    "line_id": "2",
    "state": "confirmed",
    "currency": "CNY",
    "amount_minor": 9_900,
    "commission_minor": 792,
    "sub_id": "abcdefghtoken1",
    "placed_at": "2026-11-20T10:00:00+08:00",
    "updated_at": "2026-11-20T02:05:00Z",
}


def headers(**changed: str) -> dict[str, str]:
    found = {"merchant": "farm", "timestamp": STAMP, "nonce": "nonce-0001"}
    found["signature"] = sign(BODY, found["timestamp"], found["nonce"], "secret")
    return {f"X-Zhongcao-{name.title()}": value for name, value in (found | changed).items()}


def told(**changed: Any) -> bytes:
    return json.dumps({name: value for name, value in (ORDER | changed).items() if value is not ...}).encode()


def test_the_documented_vector_holds() -> None:
    # printf '1795161600\nnonce-0001\n{"order_id":"A1"}' | openssl dgst -sha256 -hmac secret
    assert STAMP == "1795161600"
    assert sign(BODY, STAMP, "nonce-0001", "secret") == VECTOR


def test_a_signed_message_gives_its_nonce() -> None:
    assert verify(headers(), BODY, "secret", NOW) == "nonce-0001"
    assert verify({name.lower(): value for name, value in headers().items()}, BODY, "secret", NOW) == "nonce-0001"
    assert verify(headers(signature=VECTOR.upper()), BODY, "secret", NOW) == "nonce-0001"


@pytest.mark.parametrize(
    ("changed", "body", "secret"),
    [
        ({}, BODY + b" ", "secret"),
        ({}, BODY, "another"),
        ({}, BODY, ""),
        ({"nonce": "nonce-0002"}, BODY, "secret"),
        ({"timestamp": str(int(STAMP) + 1)}, BODY, "secret"),
        ({"signature": ""}, BODY, "secret"),
        ({"signature": "签名"}, BODY, "secret"),
        ({"nonce": ""}, BODY, "secret"),
        ({"nonce": "short"}, BODY, "secret"),
        ({"nonce": "x" * 81}, BODY, "secret"),
        ({"timestamp": ""}, BODY, "secret"),
        ({"timestamp": "1e9"}, BODY, "secret"),
        ({"timestamp": "１７９５１６１６００"}, BODY, "secret"),
    ],
)
def test_a_changed_message_is_refused(changed: dict[str, str], body: bytes, secret: str) -> None:
    with pytest.raises(BadSignature):
        verify(headers(**changed), body, secret, NOW)


def test_a_message_signed_with_an_empty_secret_is_nobodys() -> None:
    with pytest.raises(BadSignature):
        verify(headers(signature=sign(BODY, STAMP, "nonce-0001", "")), BODY, "", NOW)


@pytest.mark.parametrize(("seconds", "fresh"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_message_is_good_for_five_minutes_either_way(seconds: int, fresh: bool) -> None:
    stamp = str(int(STAMP) + seconds)
    sent = headers(timestamp=stamp, signature=sign(BODY, stamp, "nonce-0001", "secret"))
    if fresh:
        assert verify(sent, BODY, "secret", NOW)
    else:
        with pytest.raises(StaleTimestamp):
            verify(sent, BODY, "secret", NOW)


def test_a_body_becomes_a_line() -> None:
    line = parse(told(item_id="honey", quantity=2), "farm")
    assert (line.network, line.merchant, line.line_id) == ("direct", "farm", "farm:A-1001:2")
    assert (line.state, line.amount_minor, line.estimated_commission_minor) == (LineState.CONFIRMED, 9_900, 792)
    assert line.settled_commission_minor is None and line.settled_at is None
    assert line.placed_at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert (line.item_id, line.quantity) == ("farm:honey", 2)
    assert parse(told(item_id="farm:honey"), "farm").item_id == "farm:honey"


def test_two_merchants_may_use_one_order_number() -> None:
    assert parse(told(), "farm").line_id != parse(told(), "other").line_id


def test_a_settled_line_says_what_was_settled_and_when() -> None:
    line = parse(told(state="settled"), "farm")
    assert line.settled_commission_minor == 792 and line.settled_at == line.updated_at


@pytest.mark.parametrize("commission", [None, ...])
def test_without_a_commission_the_rate_counts_rounded_down(commission: object) -> None:
    line = parse(told(amount_minor=9_999, commission_minor=commission), "farm", commission_rate_bp=333)
    assert line.estimated_commission_minor == 332


@pytest.mark.parametrize("state", ["shipped", "CONFIRMED", "", None, 7, ["settled"], True])
def test_an_unknown_state_is_pending_and_keeps_the_word(state: object) -> None:
    line = parse(told(state=state), "farm")
    assert line.state is LineState.PENDING and line.unknown_state
    assert line.settled_commission_minor is None
    if isinstance(state, str):
        assert line.network_state == state


def test_only_what_is_documented_is_kept() -> None:
    body = told(buyer_name="王五", phone="13800000000", note={"address": "某路"}, tip=1.5)
    assert set(parse(body, "farm").raw) == set(ORDER)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"order_id": ...}, "order_id"),
        ({"order_id": "a b"}, "order_id"),
        ({"order_id": "x" * 41}, "order_id"),
        ({"order_id": True}, "order_id"),
        ({"line_id": {}}, "line_id"),
        ({"amount_minor": ...}, "amount_minor"),
        ({"amount_minor": "9900"}, "amount_minor"),
        ({"amount_minor": 99.0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": 10**15}, "amount_minor"),
        ({"commission_minor": 9_901}, "commission_minor"),
        ({"commission_minor": -1}, "commission_minor"),
        ({"refunded_minor": 9_901}, "refunded_minor"),
        ({"quantity": 10**9}, "quantity"),
        ({"currency": "yuan"}, "currency"),
        ({"placed_at": "2026-11-20 10:00"}, "placed_at"),
        ({"placed_at": ...}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+08:00"}, "placed_at"),
        ({"updated_at": 1795161600}, "updated_at"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(told(**changed), "farm")
    assert field in caught.value.message


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"amount_minor":1' + b"0" * 5000]
)
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse(body, "farm")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    changed=st.dictionaries(st.sampled_from([*postback.KEPT, "buyer"]), JSON, max_size=8), rate=st.integers(0, 10_000)
)
def test_any_body_is_a_line_that_can_be_kept_or_refused(changed: dict[str, Any], rate: int) -> None:
    try:
        line = parse(json.dumps(ORDER | changed).encode(), "farm", commission_rate_bp=rate)
    except BadInput:
        return
    assert 0 <= line.estimated_commission_minor <= line.amount_minor
    assert 0 <= line.refunded_minor <= line.amount_minor
    assert len(line.line_id) <= 120 and len(line.sub_id) <= 80 and len(line.network_state) <= 60
    kept = json.dumps([dict(line.raw), line.sub_id, line.network_state, line.item_id, line.item_title], allow_nan=False)
    assert "\\u0000" not in kept
    kept.encode("utf-8")
    assert "buyer" not in line.raw


@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_line_or_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse(body, "farm")


def test_a_body_tells_its_coupon_code_and_whether_it_is_a_test() -> None:
    assert parse(told(coupon_code="ANN10"), "farm").coupon_code == "ANN10"
    assert parse(told(coupon_code=["x"]), "farm").coupon_code == ""
    assert postback.is_test(told(test=True))
    assert not any(postback.is_test(told(test=value)) for value in ("true", 1, False, None))


def test_another_merchant_is_claimed_by_name_or_by_the_items_first_part() -> None:
    others = {"mill"}
    assert postback.claimed_merchant(told(merchant="mill"), "farm", others) == "mill"
    assert postback.claimed_merchant(told(item_id="mill:flour"), "farm", others) == "mill"
    for own in ({"merchant": "farm"}, {"item_id": "farm:honey"}, {"item_id": "sku:9"}, {}):
        assert postback.claimed_merchant(told(**own), "farm", others) == ""


def test_either_of_two_secrets_signs_and_an_empty_one_never() -> None:
    assert verify(headers(), BODY, ["new", "secret"], NOW) == "nonce-0001"
    for known in (["new", "old"], [], [""], ""):
        with pytest.raises(BadSignature):
            verify(headers(signature=sign(BODY, STAMP, "nonce-0001", "")), BODY, known, NOW)
