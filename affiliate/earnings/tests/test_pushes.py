"""What networks tell us by themselves: proved, noted once, and believed only as far as their own report goes."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from affiliate.connections import accounts, roster
from affiliate.connections import api as connections
from affiliate.connections.fields import Unreadable as UnreadableSecret
from affiliate.connections.models import Account
from affiliate.earnings import pushes
from affiliate.earnings.models import NetworkEvent, Order, PushedOrder
from affiliate.networks.meituan.adapter import MeituanAdapter
from affiliate.networks.pushes import LARGEST_PUSH, Unreadable, pushed
from affiliate.networks.tests.gateways.meituan import APP_SECRET, running

pytestmark = pytest.mark.django_db
URL = "/postback/meituan/"
KEYS = ("APP_KEY", "APP_SECRET")
TAKEN, REFUSED = {"errcode": 0, "errmsg": "ok"}, {"errcode": 1, "errmsg": "err"}


@pytest.fixture
def gateway(settings, monkeypatch):
    quick = replace(MeituanAdapter.capabilities, calls_per_second=1_000)
    monkeypatch.setattr(MeituanAdapter, "capabilities", quick)
    with running() as found:
        settings.NETWORK_ENVIRONMENT = {f"NETWORK_MEITUAN_{key}": value for key, value in found.config.items()}
        yield found


@pytest.fixture
def push(client, gateway):
    """Deliver 订单回推 about one of the platform's orders."""

    def send(row, body=None, **changes):
        content = body if body is not None else json.dumps(gateway.push_of(row, **changes)).encode()
        return client.post(URL, content, content_type="application/json")

    return send


def work(after=timedelta(0)):
    """One turn of the schedule, when so much time has passed."""
    PushedOrder.objects.update(next_try_at=F("next_try_at") - after)
    return pushes.read_due()


def test_a_push_is_answered_in_meituans_form_and_makes_no_order_by_itself(push, gateway):
    answer = push(gateway.add_order(orderId="77"))
    assert (answer.status_code, answer.json()) == (200, TAKEN)
    assert not Order.objects.exists() and not NetworkEvent.objects.exists() and not gateway.calls
    row = PushedOrder.objects.get()
    assert (row.network, row.order_id, row.state) == ("meituan", "77", "waiting")
    assert DBTaskResult.objects.get().args_kwargs["args"] == [[row.pk]]


def test_what_the_report_says_holds_and_not_what_was_pushed(push, gateway):
    push(gateway.add_order(orderId="77", status="4", profit="1.07"), status="8", total="9999.00")
    assert work() == 1
    order = Order.objects.get()
    assert (order.line_id, order.state, order.estimated_commission_minor, order.amount_minor) == (
        *("77", "invalid", 107, 3_550),
    )
    assert NetworkEvent.objects.get().channel == "pull"
    assert PushedOrder.objects.get().state == "read"


def test_a_worker_reads_it_at_once(push, gateway):
    push(gateway.add_order(orderId="77"))
    asked = DBTaskResult.objects.get()
    asked.task.func(*asked.args_kwargs["args"])
    assert Order.objects.get().line_id == "77"


def test_the_second_delivery_changes_nothing_however_it_is_spelt(push, gateway):
    row = gateway.add_order(orderId="77")
    push(row)
    work()
    calls, orders = len(gateway.calls), list(Order.objects.values())
    respelt = json.dumps(dict(reversed(gateway.push_of(row).items())), indent=1).encode()
    for again in (push(row), push(row, body=respelt)):
        assert (again.status_code, again.json()) == (200, TAKEN)
    assert work() == 0
    assert (len(gateway.calls), list(Order.objects.values())) == (calls, orders)
    assert PushedOrder.objects.count() == DBTaskResult.objects.count() == 1


def test_later_news_of_the_same_order_is_read_anew(push, gateway):
    row = gateway.add_order(orderId="77")
    push(row)
    work()
    row |= {"status": "6", "updateTime": row["updateTime"] + 60}
    push(row, status="8")
    work()
    assert Order.objects.get().state == "settled"


def test_a_forged_push_is_refused_and_nothing_of_it_is_kept(push, gateway, client, caplog):
    fields = gateway.push_of(gateway.add_order(orderId="77")) | {"sign": "ab" * 16}
    with caplog.at_level(logging.DEBUG):
        answer = push(None, body=json.dumps(fields).encode())
    assert (answer.status_code, answer.json()) == (401, REFUSED)
    assert not PushedOrder.objects.exists() and not DBTaskResult.objects.exists()
    assert "A push of meituan was refused with 401" in caplog.text
    for word in ("abababab", APP_SECRET, "13800000000", "77"):
        assert word not in caplog.text.replace(URL, "")


def test_nothing_about_the_buyer_and_no_secret_is_kept_or_logged(push, gateway, caplog):
    with caplog.at_level(logging.DEBUG):
        push(gateway.add_order(orderId="77"))
    kept = str(list(PushedOrder.objects.values())) + str(list(DBTaskResult.objects.values()))
    assert "13800000000" not in kept + caplog.text and APP_SECRET not in kept + caplog.text


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"\xff\xfe{", 400), (b"[" * 60_000, 400), (b" " * (LARGEST_PUSH + 1), 413)]
)
def test_what_cannot_be_read_or_is_too_large_is_refused(push, body, status):
    answer = push(None, body=body)
    assert answer.status_code == status
    assert answer.json()["error"]["kind"] == "bad_input"
    assert not PushedOrder.objects.exists()


def test_a_packed_body_one_in_pieces_and_a_visit_are_refused(client, gateway):
    packed = client.post(URL, b"\x1f\x8b", content_type="application/json", headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415
    assert client.generic("POST", URL, b"", HTTP_TRANSFER_ENCODING="chunked").status_code == 411
    assert (client.get(URL).status_code, client.get(URL).headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("network", ["jd", "nobody", "demo", "meituan2"])
def test_a_network_that_pushes_nothing_or_is_unknown_gets_plain_words(client, network):
    answer = client.post(f"/postback/{network}/", b"{}", content_type="application/json")
    assert answer.status_code == 404
    assert answer.json()["error"]["kind"] == "not_found"


def test_a_network_that_is_off_or_not_connected_asks_to_come_back(push, gateway, settings):
    row = gateway.add_order()
    connections.switch("meituan", False)
    assert (push(row).status_code, push(row).headers["Retry-After"]) == (503, "600")
    connections.switch("meituan", True)
    settings.NETWORK_ENVIRONMENT = {}
    assert push(row).status_code == 503
    assert not PushedOrder.objects.exists()


def test_no_csrf_cookie_is_needed(gateway):
    body = json.dumps(gateway.push_of(gateway.add_order())).encode()
    answer = Client(enforce_csrf_checks=True).post(URL, body, content_type="application/json")
    assert answer.status_code == 200


def test_an_order_that_the_report_does_not_show_yet_is_asked_for_again(push, gateway):
    row = gateway.add_order(orderId="77")
    push(row)
    gateway.orders.clear()
    assert work() == 0
    waiting = PushedOrder.objects.get()
    assert (waiting.state, waiting.tries, waiting.problem) == ("waiting", 1, "not_found")
    gateway.orders.append(row)
    assert work() == 0, "not yet due"
    assert work(timedelta(minutes=2)) == 1
    assert (Order.objects.get().line_id, PushedOrder.objects.get().state) == ("77", "read")


def test_what_is_never_shown_is_given_up_after_two_days(push, gateway, caplog):
    push(gateway.add_order(orderId="77"))
    gateway.orders.clear()
    for _ in range(len(pushes.WAITS) + 3):
        work(timedelta(days=2))
    row = PushedOrder.objects.get()
    assert (row.state, row.tries) == ("missing", len(pushes.WAITS) + 1)
    assert pushes.by_state() == {"waiting": 0, "read": 0, "missing": 1}
    assert "asked for 8 times in vain" in caplog.text


def test_a_network_that_fails_or_is_off_loses_no_push(push, gateway):
    push(gateway.add_order(orderId="77"))
    gateway.misbehave("inner_strange")
    work()
    gateway.misbehave("inner_strange", times=0)
    connections.switch("meituan", False)
    work(timedelta(minutes=2))
    assert PushedOrder.objects.values_list("tries", "problem").get() == (1, "off")
    connections.switch("meituan", True)
    assert work(timedelta(minutes=30)) == 1


def test_what_nobody_foresaw_is_tried_again_and_stops_no_other(push, gateway, monkeypatch):
    push(gateway.add_order(orderId="77"))
    push(gateway.add_order(orderId="78"))
    taken, first = pushes.ingest_many, []
    fails = lambda *args: taken(*args) if first else first.append(1) or 1 / 0  # noqa: E731
    monkeypatch.setattr(pushes, "ingest_many", fails)
    assert pushes.read_due() == 1
    assert sorted(PushedOrder.objects.values_list("state", "problem")) == [("read", ""), ("waiting", "failed")]


def test_an_order_is_read_by_one_worker_at_a_time(push, gateway):
    push(gateway.add_order(orderId="77"))
    pk = PushedOrder.objects.get().pk
    PushedOrder.objects.update(next_try_at=timezone.now() + pushes.CLAIM)
    assert pushes.read([pk, pk]) == 0
    assert not gateway.calls


def test_a_push_that_another_account_proves_is_read_with_that_account(push, gateway, settings):
    settings.NETWORK_ENVIRONMENT = {"NETWORK_MEITUAN_GATEWAY": gateway.config["GATEWAY"]}
    accounts.save_credentials("meituan", {"APP_KEY": gateway.config["APP_KEY"], "APP_SECRET": "another-secret"})
    roster.add("meituan", "second")
    row = gateway.add_order(orderId="77")
    assert push(row).status_code == 401, "no account's secret proves it"
    accounts.save_credentials("meituan", {key: gateway.config[key] for key in KEYS}, account="second")
    assert (push(row).status_code, push(row).status_code) == (200, 200)
    assert PushedOrder.objects.values_list("account", "order_id").get() == ("second", "77")
    assert work() == 1 and Order.objects.get().order_id == "77"


def test_while_an_account_cannot_be_read_nobody_is_called_a_forger(push, gateway, settings):
    settings.NETWORK_ENVIRONMENT = {"NETWORK_MEITUAN_GATEWAY": gateway.config["GATEWAY"]}
    accounts.save_credentials("meituan", dict.fromkeys(KEYS, "another"))
    roster.add("meituan", "second")
    accounts.save_credentials("meituan", {key: gateway.config[key] for key in KEYS}, account="second")
    Account.objects.filter(name="second").update(credentials=UnreadableSecret("x"))
    assert push(gateway.add_order(orderId="77")).status_code == 503


def test_one_message_may_name_several_orders_each_once():
    message = pushed(["1", "2", "1"], "message 5")
    assert len(pushes.note("meituan", message)) == 2
    assert pushes.note("meituan", message) == [] and len(pushes.note("jd", message)) == 2
    with pytest.raises(Unreadable):
        pushed([str(number) for number in range(51)], "message 6")


def test_notes_are_thrown_away_after_ninety_days():
    pushes.note("meituan", pushed(["1"], "message 7"))
    assert not pushes.old(timezone.now()).exists()
    assert pushes.old(timezone.now() + timedelta(days=91)).count() == 1
