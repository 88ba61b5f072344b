"""The same order by pull, by file and by postback, through the real adapters: one line, whatever comes first."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from affiliate.catalog.models import Item
from affiliate.earnings.audit import audit
from affiliate.earnings.importing import import_file
from affiliate.earnings.models import NetworkEvent, Order
from affiliate.earnings.pull import pull
from affiliate.earnings.tests.conftest import place
from affiliate.networks.tests.gateways.jd import running
from affiliate.tracking.models import Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def jd(settings):
    with running() as gateway:
        settings.NETWORK_ENVIRONMENT = {f"NETWORK_JD_{key}": value for key, value in gateway.config.items()}
        yield gateway


@pytest.fixture
def placed(ann) -> Placement:
    placement = place(ann, "annscode9")
    placement.item = Item.objects.create(network="jd", item_id="100000000001", title="空气炸锅")
    placement.save()
    return placement


def pull_now(*words: str) -> dict:
    out = StringIO()
    call_command("pull_orders", "--network", "jd", "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def test_a_pull_credits_the_author_and_a_second_one_changes_nothing(jd, placed):
    jd.add_order(subUnionId="annscode9")
    jd.add_order(subUnionId="nobodys")
    start = (timezone.now() - timedelta(hours=2)).isoformat()
    first, second = pull_now("--from", start), pull_now("--from", start)
    assert (first["fetched"], first["created"], first["rejected"]) == (2, 2, [])
    assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, 2)
    assert Order.objects.get(conversion__author=placed.author).conversion.basis == "placement"
    assert all(check.ok for check in audit())


def test_a_pull_that_breaks_off_keeps_what_it_has(jd, placed):
    now = timezone.now()
    jd.add_order(subUnionId="annscode9", at=now - timedelta(hours=3))
    jd.add_order(subUnionId="annscode9", at=now - timedelta(minutes=30))
    whole = pull("jd", now - timedelta(hours=4), now - timedelta(hours=2))
    assert (whole.created, whole.error) == (1, None)
    jd.misbehave("truncated")
    broken = pull("jd", now - timedelta(hours=2), now)
    assert broken.error is not None and broken.goes_on_from == now - timedelta(hours=2)
    jd.misbehave("")
    assert pull("jd", broken.goes_on_from, now).created == 1
    assert Order.objects.count() == 2


def test_a_file_and_a_pull_of_the_same_order_meet_in_one_line_in_either_order(jd, placed, ann):
    row = jd.add_order(subUnionId="annscode9")
    placed_at = row["orderTime"]
    heading = "订单号,商品ID,商品名称,订单状态,下单时间,付款金额,预估佣金,subUnionId\n"
    cells = [row["orderId"], row["skuId"], "空气炸锅", "已付款", placed_at]
    cells += [row["estimateCosPrice"], row["estimateFee"], "annscode9"]
    data = (heading + ",".join(map(str, cells)) + "\n").encode("gb18030")
    now = timezone.now()
    ways = {
        "file": lambda: import_file(data, "jd.csv", "jd"),
        "pull": lambda: pull("jd", now - timedelta(hours=2), now),
    }
    for order in itertools.permutations(ways):
        reports = [ways[way]() for way in order]
        assert [report.error for report in reports] == [None, None]
        line = Order.objects.get()
        assert (line.conversion.author, line.sub_id) == (ann, "annscode9")
        assert line.entries.filter(note="accrual").count() == 2
        assert NetworkEvent.objects.count() == 2
        assert all(check.ok for check in audit())
        _forget()


def _forget() -> None:
    """Empty the room for the next permutation: inside this test's own transaction alone."""
    from affiliate.earnings import triggers
    from affiliate.earnings.models import Conversion, LedgerEntry

    triggers.drop()
    for model in (LedgerEntry, Conversion, Order, NetworkEvent):
        model.objects.all().delete()
    triggers.create()


def test_a_direct_merchants_file_is_taken_too(ann):
    placement = place(ann, "farmcode1")
    placement.item = Item.objects.create(network="direct", item_id="farm:1", title="小麦")
    placement.save()
    text = (
        "merchant,order_id,state,amount,commission,placed_at,sub_id\n"
        "farm,A1,confirmed,128.00,12.80,2026-11-20 10:00:00,farmcode1\n"
        "farm,A2,confirmed,abc,12.80,2026-11-20 10:00:00,farmcode1\n"
    )
    report = import_file(text.encode("utf-8-sig"), "farm.csv", "direct")
    assert (report.error, report.created, len(report.rejected)) == (None, 1, 1)
    order = Order.objects.get()
    assert (order.line_id, order.conversion.author, order.amount_minor) == ("farm:A1:1", ann, 12_800)
