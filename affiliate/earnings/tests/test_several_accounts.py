"""Orders of several accounts at one network: each read from its own cursor, and an order that two show is one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from affiliate.connections import accounts, roster
from affiliate.connections import api as connections
from affiliate.earnings import pull as pulling
from affiliate.earnings.models import Order, PullCursor
from affiliate.earnings.tests.conftest import line_of
from affiliate.networks.errors import Unavailable
from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.types import OrderPage

pytestmark = pytest.mark.django_db
KEYS = {"APP_SECRET": "s", "SITE_ID": "1"}


@pytest.fixture
def shelves(monkeypatch, settings):
    """Two accounts at jd; whose shelf is named by its key. A shelf that is an error breaks the pull off."""
    settings.NETWORK_ENVIRONMENT = {}
    accounts.save_credentials("jd", {**KEYS, "APP_KEY": "one"})
    roster.add("jd", "second")
    accounts.save_credentials("jd", {**KEYS, "APP_KEY": "two"}, account="second")
    now = timezone.now() - timedelta(hours=1)
    shelves = {
        key: [line_of(network="jd", line_id=f"{key}_1", updated_at=now, placed_at=now)] for key in ("one", "two")
    }

    def orders(self, window):
        found = shelves[self.config["APP_KEY"]]
        if isinstance(found, Exception):
            raise found
        yield OrderPage(tuple(line for line in found if window.start <= line.updated_at < window.end))

    monkeypatch.setattr(JdAdapter, "orders", orders)
    return shelves


def printed(capsys, *words: str) -> dict:
    capsys.readouterr()
    call_command("pull_orders", "--network", "jd", "--json", *words)
    return json.loads(capsys.readouterr().out)


def lines() -> set[str]:
    return set(Order.objects.values_list("line_id", flat=True))


def test_the_schedule_reads_every_account_from_a_cursor_of_its_own(shelves):
    turn = pulling.pull_due()
    assert [(report.network, report.account) for report in turn if report.network == "jd"] == [
        ("jd", "default"),
        ("jd", "second"),
    ]
    assert lines() == {"one_1", "two_1"}
    assert set(PullCursor.objects.values_list("network", "account")) == {("jd", "default"), ("jd", "second")}


def test_one_account_that_fails_keeps_no_other_from_going_on(shelves):
    shelves["one"] = Unavailable("It broke off.", network="jd")
    before = timezone.now() - timedelta(minutes=30)
    assert [bool(report.error) for report in pulling.pull_due()] == [True, False]
    reached = dict(PullCursor.objects.values_list("account", "read_until"))
    assert reached["default"] < before < reached["second"] and lines() == {"two_1"}


def test_an_account_that_lacks_credentials_is_not_read(shelves):
    accounts.save_credentials("jd", {}, forget=("APP_KEY",), account="second")
    assert [report.account for report in pulling.pull_due()] == ["default"]


def test_a_cursor_stays_with_its_account_when_another_is_the_default(shelves):
    pulling.pull_due()
    before = dict(PullCursor.objects.values_list("account", "read_until"))
    roster.make_default("jd", "second")
    pulling.pull_due()
    after = dict(PullCursor.objects.values_list("account", "read_until"))
    assert after.keys() == before.keys() and all(after[name] >= before[name] for name in before)


def test_an_order_that_two_accounts_show_is_one_order(shelves, capsys):
    shelves["two"] = shelves["one"]
    document = printed(capsys)
    assert (document["created"], document["unchanged"]) == (1, 1) and lines() == {"one_1"}


def test_the_command_reads_every_account_and_tells_each_apart(shelves, capsys):
    document = printed(capsys)
    assert (document["network"], document["fetched"], document["created"]) == ("jd", 2, 2)
    assert [(part["account"], part["created"]) for part in document["accounts"]] == [("default", 1), ("second", 1)]
    call_command("pull_orders", "--network", "jd")
    said = capsys.readouterr().out
    assert "jd: 1 fetched" in said and "jd/second: 1 fetched" in said


def test_the_command_reads_one_account_by_its_name(shelves, capsys):
    document = printed(capsys, "--account", "second")
    assert (document["account"], document["created"]) == ("second", 1) and lines() == {"two_1"}
    assert "accounts" not in document
    with pytest.raises(SystemExit):
        printed(capsys, "--account", "third")
    assert "default, second" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_one_account_alone_is_printed_as_ever(shelves, capsys):
    roster.remove("jd", "second")
    document = printed(capsys)
    assert (document["account"], document["created"]) == ("default", 1) and "accounts" not in document


def test_a_pull_that_one_account_breaks_off_keeps_the_others_lines_and_exits_with_one(shelves, capsys):
    shelves["two"] = Unavailable("It broke off.", network="jd")
    with pytest.raises(SystemExit):
        printed(capsys)
    document = json.loads(capsys.readouterr().out)
    assert (document["created"], document["error"]["kind"]) == (1, "unavailable") and document["goes_on_from"]
    assert connections.is_configured("jd", "second")
