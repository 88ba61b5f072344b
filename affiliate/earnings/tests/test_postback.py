"""Signed messages of direct merchants: who may speak, when, and how often."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time

import pytest

from affiliate.connections import api as connections
from affiliate.connections.models import Merchant
from affiliate.earnings import messages
from affiliate.earnings.models import NetworkEvent, Order

pytestmark = pytest.mark.django_db
URL = "/postback/direct/"
SECRET = "not-a-real-secret"
BODY = {
    "order_id": "A-1001",
    "line_id": "1",
    "state": "confirmed",
    "currency": "CNY",
    "amount_minor": 12_800,
    "commission_minor": 1_280,
    "sub_id": "",
    "placed_at": "2026-11-20T10:00:00+08:00",
    "updated_at": "2026-11-21T10:00:00+08:00",
}


@pytest.fixture(autouse=True)
def farms(db):
    for slug in ("farm", "other"):
        Merchant.objects.create(
            slug=slug,
            name=slug,
            hosts=f"{slug}.example",
            link_template=f"https://{slug}.example/{{item_id}}?t={{token}}",
            commission_rate_bp=500,
            secret={"current": f"{SECRET}-{slug}"},
        )


@pytest.fixture
def tell(client):
    """Send a postback as a merchant's engineer would, signing by the documented recipe."""
    numbers = iter(range(10_000))

    def send(body=None, *, merchant="farm", key=None, nonce=None, at=None, raw=None, signature=None, **changes):
        content = raw if raw is not None else json.dumps({**BODY, **(body or {}), **changes}).encode()
        stamp = str(int(time.time() if at is None else at))
        nonce = nonce or f"nonce-{next(numbers):06d}"
        secret = key or f"{SECRET}-{merchant}"
        made = hmac.new(secret.encode(), f"{stamp}\n{nonce}\n".encode() + content, hashlib.sha256).hexdigest()
        return client.post(
            URL,
            content,
            content_type="application/json",
            headers={
                "X-Zhongcao-Merchant": merchant,
                "X-Zhongcao-Timestamp": stamp,
                "X-Zhongcao-Nonce": nonce,
                "X-Zhongcao-Signature": signature or made,
            },
        )

    return send


def test_a_signed_message_becomes_an_order(tell):
    answer = tell()
    assert (answer.status_code, answer.json()) == (200, {"result": "created"})
    order = Order.objects.get()
    assert (order.network, order.merchant, order.line_id) == ("direct", "farm", "farm:A-1001:1")
    assert (order.state, order.amount_minor, order.estimated_commission_minor) == ("confirmed", 12_800, 1_280)
    assert NetworkEvent.objects.get().channel == "push"


def test_the_same_news_signed_anew_changes_nothing_and_later_news_does(tell):
    assert [tell().json()["result"] for _ in range(2)] == ["created", "unchanged"]
    settled = tell(state="settled", updated_at="2026-11-22T10:00:00+08:00")
    assert settled.json() == {"result": "updated"}
    assert tell(state="pending", updated_at="2026-11-20T11:00:00+08:00").json() == {"result": "unchanged"}
    assert Order.objects.get().settled_commission_minor == 1_280


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "another key"},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"at": 1_000_000_000},
        {"at": time.time() + 3_600},
        {"merchant": "nobody"},
        {"merchant": "../farm"},
        {"merchant": ""},
    ],
)
def test_what_is_not_the_merchants_or_too_old_is_refused_with_401(tell, wrong):
    answer = tell(**wrong)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"]
    assert not Order.objects.exists() and not NetworkEvent.objects.exists()


def test_a_nonce_works_once_and_only_a_good_signature_uses_it_up(tell):
    assert tell(nonce="nonce-again", key="another key").status_code == 401
    assert tell(nonce="nonce-again").status_code == 200
    again = tell(nonce="nonce-again", state="settled", updated_at="2026-11-22T10:00:00+08:00")
    assert again.status_code == 409
    assert Order.objects.get().state == "confirmed"
    assert tell(nonce="nonce-again", merchant="other").status_code == 200


def test_a_merchant_cannot_touch_another_merchants_line(tell):
    tell()
    assert tell(merchant="other", state="invalid", updated_at="2026-12-01T00:00:00+08:00").status_code == 200
    assert dict(Order.objects.values_list("line_id", "state")) == {
        "farm:A-1001:1": "confirmed",
        "other:A-1001:1": "invalid",
    }


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"\xff\xfe", b"[" * 60_000, json.dumps({**BODY, "amount_minor": -1}).encode()],
)
def test_a_body_that_cannot_be_read_is_400_and_says_what_is_wrong(tell, raw):
    answer = tell(raw=raw)
    assert answer.status_code == 400
    assert answer.json()["error"]["kind"] == "bad_input"
    assert not Order.objects.exists()


def test_a_body_of_more_than_64_kb_is_413(tell):
    assert tell(raw=b" " * (64 * 1024 + 1)).status_code == 413


def test_a_state_nobody_knows_is_kept_as_pending_and_held(tell):
    assert tell(state="teleported").status_code == 200
    order = Order.objects.get()
    assert (order.state, order.network_state, order.held_reason) == ("pending", "teleported", "unknown_state")


def test_what_fails_inside_can_be_sent_again_as_it_is(tell, client, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(messages, "ingest", lambda *_: 1 / 0)
        assert tell(nonce="nonce-retry").status_code == 500
    assert tell(nonce="nonce-retry").status_code == 200


def test_a_switched_off_network_asks_to_come_back_later(tell):
    connections.switch("direct", False)
    answer = tell()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    connections.switch("direct", True)
    assert tell().status_code == 200


def test_only_post_is_answered_and_only_for_direct(client):
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["error"]["message"] == "Send it with POST."
    assert client.post("/postback/jd/").status_code == 404


def test_nothing_secret_is_logged(tell, caplog):
    with caplog.at_level(logging.DEBUG):
        tell(nonce="nonce-visible", signature="ab" * 32)
        tell(nonce="nonce-visible2")
    for secret in (SECRET, "nonce-visible", "abababab", "12800"):
        assert secret not in caplog.text
    assert "farm" in caplog.text


def test_no_csrf_cookie_is_needed():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(URL, b"{}", content_type="application/json").status_code == 401


def test_a_merchants_rate_counts_for_what_was_not_sent_back(tell):
    assert tell(commission_minor=None, refunded_minor=2_800).status_code == 200
    assert Order.objects.get().estimated_commission_minor == 500


def test_a_body_in_pieces_is_told_so_instead_of_a_wrong_signature(client):
    answer = client.generic("POST", URL, b"", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


def test_a_postback_to_the_wrong_place_is_told_the_right_one(client):
    answer = client.post("/postback/jd/", b"{}", content_type="application/json")
    assert answer.status_code == 404
    assert "/postback/direct/" in answer.json()["error"]["message"]
