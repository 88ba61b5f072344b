"""What the commands print, and how they end."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from affiliate.earnings import triggers
from affiliate.earnings.ingest import ingest
from affiliate.earnings.tests.conftest import line_of

pytestmark = pytest.mark.django_db


def run(*words: str, status: int = 0) -> dict:
    """The one JSON document that a command prints."""
    out = StringIO()
    if status:
        with pytest.raises(SystemExit) as end:
            call_command(*words, "--json", stdout=out)
        assert end.value.code == status
    else:
        call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_orders_names_author_page_and_basis(credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    ingest(line_of("pending", line_id="o2_1", sub_id="lost"), "pull")
    lines = {line["line_id"]: line for line in run("orders", "--network", "demo")["orders"]}
    assert lines["o1_1"] == {
        "network": "demo",
        "order_id": "o1",
        "line_id": "o1_1",
        "state": "confirmed",
        "network_state": "confirmed",
        "currency": "CNY",
        "amount_minor": 10_000,
        "estimated_commission_minor": 1_000,
        "settled_commission_minor": None,
        "sub_id": "annscode",
        "author": "ann",
        "page_id": 7,
        "basis": "placement",
    }
    assert lines["o2_1"]["author"] is lines["o2_1"]["page_id"] is lines["o2_1"]["basis"] is None
    assert run("orders", "--network", "jd") == {"orders": []}


def test_settle_says_what_everybody_is_owed(credited):
    ingest(line_of("settled", sub_id="annscode"), "pull")
    done = run("settle")
    assert done["lines"] == 1
    assert done["statements"][0] | {"name": "ann", "payable_minor": 600, "released_minor": 600} == done["statements"][0]
    assert run("settle")["statements"][0]["released_minor"] == 0
    assert run("settle", "--until", "soon", status=1)["error"]["kind"] == "bad_input"


@pytest.mark.parametrize("command", ["orders", "settle"])
def test_a_network_that_is_mistyped_is_an_error_and_not_an_empty_answer(db, command):
    assert run(command, "--network", "jdd", status=1)["error"]["kind"] == "bad_input"


def test_the_audit_is_content_with_a_true_book(credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    document = run("audit_ledger")
    assert document["ok"] is True
    assert all(check["ok"] for check in document["checks"])


def test_the_audit_fails_where_a_trigger_is_missing():
    triggers.drop()
    try:
        document = run("audit_ledger", status=1)
    finally:
        triggers.create()
    wrong = [check["name"] for check in document["checks"] if not check["ok"]]
    assert wrong == ["append_only_triggers"]


def test_the_audit_finds_an_order_that_was_tampered_with(credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE earnings_order SET estimated_commission_minor = 9000")
    wrong = {check["name"] for check in run("audit_ledger", status=1)["checks"] if not check["ok"]}
    assert wrong == {"every_line_holds_its_target", "every_line_is_what_its_reports_say"}


def test_the_audit_takes_a_constant_number_of_queries(credited, django_assert_max_num_queries):
    for number in range(30):
        ingest(line_of("confirmed", line_id=f"o{number}_1", sub_id="annscode"), "pull")
    with django_assert_max_num_queries(14):
        run("audit_ledger")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("pull_orders", "--network", "nowhere"), "bad_input"),
        (("pull_orders", "--network", "jd", "--from", "yesterday"), "bad_input"),
        (("pull_orders", "--network", "jd"), "off"),
        (("import_orders", "/no/such/file", "--network", "jd"), "bad_input"),
    ],
)
def test_a_command_that_fails_says_so_and_exits_with_one(words, kind):
    document = run(*words, status=1)
    assert document["error"]["kind"] == kind
    assert document["error"]["retry_at"] is None
    assert document["fetched"] == document["created"] == 0


def test_a_file_is_imported_with_its_broken_rows_named(tmp_path):
    path = tmp_path / "jd.csv"
    heading = "订单号,商品ID,商品名称,订单状态,下单时间,付款金额,预估佣金,subUnionId\n"
    good = "1234567890123,100012,杯子,已付款,2026-11-01 10:00:00,100.00,3.00,x\n"
    path.write_bytes(("\ufeff" + heading + good + good.replace("2026-11-01 10:00:00", "昨天")).encode())
    document = run("import_orders", str(path), "--network", "jd")
    assert (document["fetched"], document["created"], document["unchanged"]) == (1, 1, 0)
    assert [row["line"] for row in document["rejected"]] == [3]
    again = run("import_orders", str(path), "--network", "jd")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


def test_stats_names_every_state_and_class(credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    document = run("stats")
    assert document["orders"] == {"pending": 0, "confirmed": 1, "settled": 0, "invalid": 0}
    assert document["ledger"] == {"entries": 2, "imbalance_minor": 0}
    assert set(document["clicks"]) == {"human", "suspect", "bot", "prefetch", "staff", "duplicate"}
