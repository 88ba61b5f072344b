"""The operators' page of what networks told us of: every state with its reason, and one more try by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from affiliate.earnings.models import Order, PushedOrder
from affiliate.earnings.tests.test_pushes import gateway  # noqa: F401  a fixture
from affiliate.people.api import User

pytestmark = pytest.mark.django_db
PAGE = "/admin/earnings/pushes/"


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("op"))
    return client


def pushed(order_id, state="waiting", **fields):
    return PushedOrder.objects.create(
        network="meituan",
        message=order_id,
        order_id=order_id,
        state=state,
        next_try_at=timezone.now() + timedelta(hours=1),
        **fields,
    )


def test_every_state_is_told_apart_with_its_reason(operator):
    pushed("11")
    pushed("22", tries=2, problem="not_found")
    pushed("33", "read", tries=1)
    pushed("44", "read", tries=1, problem="rejected")
    pushed("55", "missing", tries=8, problem="never-heard-of")
    html = operator.get(PAGE).content.decode()
    for word in ("已收到，还没核对", "等待中", "已找到", "找到了，但读不懂", "没找到", "联盟的报表里还没有这笔订单"):
        assert word in html
    assert html.count("现在再查<") == 3, "what was found needs no further try"


def test_one_state_alone_is_shown_and_nonsense_shows_all(operator):
    pushed("11")
    pushed("55", "missing")
    assert "55" in operator.get(PAGE + "?state=missing").content.decode()
    assert ">11<" not in operator.get(PAGE + "?state=missing").content.decode().replace("\n", "").replace(" ", "")
    assert len(operator.get(PAGE + "?state=x").context["rows"]) == 2


def test_what_was_given_up_is_read_at_once_when_a_person_asks(operator, gateway):  # noqa: F811
    gateway.add_order(orderId="77")
    row = pushed("77", "missing", tries=8, problem="not_found")
    operator.post(reverse("earnings:push_try", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.problem, Order.objects.get().order_id) == ("read", "", "77")
    assert reverse("earnings:line", args=[Order.objects.get().pk]) in operator.get(PAGE).content.decode()


def test_what_is_not_there_is_given_up_again_and_says_why(operator, gateway):  # noqa: F811
    row = pushed("78", "missing", tries=8, problem="not_found")
    answer = operator.post(reverse("earnings:push_try", args=[row.pk]), follow=True)
    row.refresh_from_db()
    assert (row.state, row.tries, Order.objects.count()) == ("missing", 9, 0)
    assert "没有找到订单 78" in answer.content.decode()


def test_a_long_list_takes_as_many_queries_as_a_short_one(operator):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert operator.get(PAGE).status_code == 200
        return len(found)

    pushed("1")
    queries()
    few = queries()
    for number in range(2, 30):
        pushed(str(number))
    assert queries() == few
