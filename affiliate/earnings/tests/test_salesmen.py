"""A network without sub-IDs, whole: an author is lent a salesman, and that salesman's orders are the author's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.earnings.audit import audit
from affiliate.earnings.models import Order
from affiliate.earnings.pull import pull
from affiliate.networks.tests.gateways.youzan import OTHER_SELLER, SELLER, running
from affiliate.tracking import slots
from affiliate.tracking.models import SlotLoan

pytestmark = pytest.mark.django_db


@pytest.fixture
def youzan(settings):
    with running() as gateway:
        settings.NETWORK_ENVIRONMENT = {f"NETWORK_YOUZAN_{key}": value for key, value in gateway.config.items()}
        yield gateway


def lent(author, seller: str) -> None:
    slots.add("youzan", [seller])
    assert slots.slot_for(author, "youzan").slot == seller
    SlotLoan.objects.update(lent_at=timezone.now() - timedelta(days=30))


def test_the_orders_of_a_lent_salesman_are_the_borrowers_and_follow_what_becomes_of_them(youzan, ann, house):
    lent(ann, OTHER_SELLER)
    at = timezone.now() - timedelta(days=8, minutes=20)
    row = youzan.add_order(at=at, seller=OTHER_SELLER)
    youzan.add_order(at=at, seller=SELLER)
    assert pull("youzan", at - timedelta(minutes=5), at + timedelta(minutes=5)).created == 2
    mine = Order.objects.get(conversion__author=ann)
    assert (mine.order_id, mine.state, mine.ad_slot) == (row["order_no"], "pending", OTHER_SELLER)

    row |= {"state": 100, "settle_state": 2, "cps_money": "3.90", "settled_at": f"{timezone.now():%Y-%m-%d %H:%M:%S}"}
    later = at + timedelta(days=8)
    assert pull("youzan", later - timedelta(minutes=5), later + timedelta(minutes=5)).updated == 1
    mine.refresh_from_db()
    assert (mine.state, mine.settled_commission_minor) == ("settled", 390)
    assert all(check.ok for check in audit())
