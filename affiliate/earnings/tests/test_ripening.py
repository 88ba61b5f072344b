"""Rows whose meaning changes with the calendar: JD names the pay day long before it has come."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import Channel, NetworkEvent, Order
from affiliate.earnings.reports import Tally
from affiliate.earnings.ripening import ripen
from affiliate.networks.jd.orders import order_line
from affiliate.networks.tests.gateways import jd_rows

pytestmark = pytest.mark.django_db
PLACED = datetime(2025, 5, 31, 23, 41, tzinfo=UTC)
BEFORE = datetime(2025, 6, 10, tzinfo=UTC)


def pulled(number: int, **changes: Any) -> None:
    row = jd_rows.order(number, PLACED, validCode=17, actualFee=Decimal("10.50"), **changes)
    ingest_many([order_line(row, BEFORE)], Channel.PULL, Tally("jd"))


def test_a_confirmed_line_settles_when_its_pay_day_has_passed_though_the_network_says_nothing_new() -> None:
    pulled(1, payMonth="20250620")
    pulled(2, payMonth="20991220")
    assert set(Order.objects.values_list("state", flat=True)) == {"confirmed"}
    assert [tally.updated for tally in ripen()] == [1]
    settled = Order.objects.get(state="settled")
    assert (settled.line_id, settled.settled_commission_minor) == ("310000000001_100000000001", 1_050)
    assert settled.settled_at == datetime(2025, 6, 20, 16, tzinfo=UTC)
    assert NetworkEvent.objects.count() == 2
    assert [tally.updated for tally in ripen()] == [0]


def test_a_newer_report_holds_against_an_older_one_that_has_ripened() -> None:
    pulled(1, payMonth="20250620", modifyTime="2025-06-01 08:00:00")
    pulled(1, payMonth="20991220", modifyTime="2025-06-09 08:00:00")
    ripen()
    assert Order.objects.get().state == "confirmed"


def test_a_row_that_cannot_be_read_again_stops_no_other() -> None:
    pulled(1, payMonth="20250620")
    pulled(2, payMonth="20250620")
    broken = NetworkEvent.objects.order_by("pk")[0]
    broken.raw |= {"actualFee": None}
    broken.save()
    ripen()
    assert sorted(Order.objects.values_list("state", flat=True)) == ["confirmed", "settled"]
