"""One table of keeping times, the same in code and documentation; throwing away is counted first, in small steps, and
done once.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from affiliate.connections.models import UsedNonce
from config import retention
from config.worker import schedule

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[3] / "docs/reference/retention.md"


def test_the_documentation_holds_the_table_of_the_code():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert lines == [f"| `{rule.name}` | {rule.purpose} | {rule.kept_in_words} |" for rule in retention.rules()]


def sessions(count: int, *, days: float) -> None:
    at = timezone.now() + timedelta(days=days)
    start = Session.objects.count()
    Session.objects.bulk_create(
        [Session(session_key=f"{start + n:032}", session_data="", expire_date=at) for n in range(count)]
    )


def test_a_dry_run_counts_and_leaves_and_the_real_one_does_it_once(capsys):
    sessions(3, days=-1)
    sessions(2, days=1)
    for arguments, gone, left in ((["--dry-run"], 3, 5), ([], 3, 2), ([], 0, 2)):
        call_command("prune", "--json", *arguments)
        assert json.loads(capsys.readouterr().out)["rows"]["config.sessions"] == gone
        assert Session.objects.count() == left


def test_no_transaction_takes_more_than_so_many_rows(monkeypatch, django_assert_num_queries):
    assert retention.AT_ONCE <= 500
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    sessions(25, days=-1)
    with django_assert_num_queries(3 * 2 + 1):
        assert retention.prune(only="config.sessions") == {"config.sessions": 25}


def test_what_was_broken_off_is_finished_by_the_next(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    sessions(25, days=-1)
    steps = iter([None, KeyboardInterrupt])
    delete = type(Session.objects.all()).delete

    def break_off(self):
        if next(steps, None) is not None:
            raise KeyboardInterrupt
        return delete(self)

    with monkeypatch.context() as patch:
        patch.setattr(type(Session.objects.all()), "delete", break_off)
        with pytest.raises(KeyboardInterrupt):
            retention.prune(only="config.sessions")
    assert Session.objects.count() == 15
    assert retention.prune(only="config.sessions") == {"config.sessions": 15}


def test_one_line_alone_and_a_name_that_is_none(capsys):
    sessions(1, days=-1)
    UsedNonce.objects.create(merchant="farm", nonce="n")
    UsedNonce.objects.update(seen_at=timezone.now() - timedelta(days=2))
    call_command("prune", "--only", "connections.postback_nonces")
    assert (UsedNonce.objects.count(), Session.objects.count()) == (0, 1)
    for name in ("nonsense", "earnings.ledger"):
        with pytest.raises(CommandError, match="is thrown away. These are: config.failed_logins"):
            call_command("prune", "--only", name)


def test_the_worker_does_it_by_itself():
    seconds, run = schedule.collect()["prune"]
    sessions(1, days=-1)
    run()
    assert seconds <= 3_600 and not Session.objects.exists()
