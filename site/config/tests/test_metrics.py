"""What a monitoring system is told, by whom it may be asked, and that several processes answer as one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from affiliate.connections.guard import SharedGuard
from affiliate.earnings import jobs as earnings_jobs
from affiliate.earnings.audit import Check
from affiliate.networks.api import Unavailable
from affiliate.tracking.exit import counts as exit_counts
from bench.exit import free_port, python, start
from config import gunicorn_hooks
from config.mail.models import MailState, OutgoingMail
from config.metrics import calls, standing
from config.metrics.counts import AREAS, PAGES, area_of
from config.models import NetworkCalls, ScheduledJob
from config.settings import ROOT
from config.worker import schedule


def read(text):
    """Every sample by name and labels, and the families' names. Fails on what Prometheus could not parse."""
    families = list(text_string_to_metric_families(text))
    samples = {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}
    return samples, [family.name for family in families]


def measured(client, **headers):
    answer = client.get("/metrics", headers={"host": "127.0.0.1:8000", **headers})
    assert answer.status_code == 200
    return read(answer.content.decode())[0]


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.TRUSTED_PROXIES, settings.METRICS_TOKEN, settings.HTTPS = [], "", False


@pytest.mark.django_db
def test_what_is_said_can_be_parsed_and_each_name_stands_once(client):
    answer = client.get("/metrics", headers={"host": "localhost"})
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"
    _samples, names = read(answer.content.decode())
    assert len(names) == len(set(names))
    assert {"zhongcao_requests", "zhongcao_exits", "zhongcao_click_queue", "zhongcao_click_queue_age_seconds"} <= set(
        names
    )
    assert {"zhongcao_tasks", "zhongcao_orders_unattributed", "zhongcao_build_info", "zhongcao_disk_free_bytes"} <= set(
        names
    )


@pytest.mark.django_db
def test_a_request_is_counted_by_class_and_part_of_the_site(client):
    before = measured(client)
    client.get("/healthz")
    client.get("/nothing-of-the-kind/")
    after = measured(client)

    def grew(area, status):
        key = ("zhongcao_requests_total", (("area", area), ("status", status)))
        return after[key] - before[key]

    assert grew("healthz", "2xx") == 1
    assert grew(PAGES, "4xx") == 1
    assert grew("metrics", "2xx") == 1


def test_no_address_makes_a_series_of_its_own():
    assert {area_of(f"/{word}/{word}") for word in ("a", "é", "..", "x" * 999, "")} == {PAGES}
    assert {area_of(f"/{area}/x") for area in AREAS} == set(AREAS)


class TestWhoMayRead:
    def refused(self, client, status=403, **headers):
        answer = client.get("/metrics", headers={"host": "127.0.0.1:8000", **headers})
        assert answer.status_code == status
        assert "METRICS_TOKEN" in answer.content.decode()
        assert "zhongcao_" not in answer.content.decode()

    @pytest.mark.django_db
    def test_this_machine_may_without_a_token(self, client):
        assert measured(client)

    def test_another_machine_may_not(self, client):
        answer = client.get("/metrics", headers={"host": "127.0.0.1"}, REMOTE_ADDR="192.0.2.7")
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "header", ["x-forwarded-for", "x-forwarded-proto", "forwarded", "via", "x-real-ip", "x-forwarded-server"]
    )
    def test_whoever_came_through_a_proxy_on_this_machine_may_not(self, client, header):
        self.refused(client, **{header: "198.51.100.1"})

    def test_whoever_asks_under_the_name_that_readers_use_may_not(self, client):
        self.refused(client, host="deals.example.com")

    def test_where_there_is_a_proxy_nobody_may_without_a_token(self, client, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        self.refused(client)
        settings.TRUSTED_PROXIES, settings.HTTPS = [], True
        self.refused(client)

    @pytest.mark.django_db
    def test_the_token_opens_and_nothing_like_it(self, client, settings):
        settings.METRICS_TOKEN, settings.TRUSTED_PROXIES = "s3cret", ["127.0.0.1"]
        assert measured(client, authorization="Bearer s3cret", **{"x-forwarded-for": "198.51.100.1"})
        for wrong in ("", "Bearer", "Bearer s3cre", "Basic s3cret", "Bearer s3crét", "s3cret"):
            self.refused(client, 401, authorization=wrong)


@pytest.mark.django_db
def test_a_database_that_is_gone_is_told_and_the_counters_still_stand(client, monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr(standing.connection, "cursor", gone)
    monkeypatch.setattr(standing.connection, "close", lambda: None)
    samples = measured(client)
    assert samples["zhongcao_database_up", ()] == 0
    assert ("zhongcao_exits_total", (("answer", "redirect"),)) in samples


def task(status, **more):
    path = "affiliate.tracking.tasks.fetch_links"
    at = datetime(9999, 1, 1, tzinfo=UTC)
    values = {"task_path": path, "args_kwargs": {"args": [], "kwargs": {}}, "backend_name": "default", "run_after": at}
    values |= {"exception_class_path": "", "traceback": "", "status": status}
    came = more.pop("came", None)
    row = DBTaskResult.objects.create(**(values | more))
    if came:
        DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=came)


@pytest.mark.django_db
def test_tasks_are_told_by_state_with_the_age_of_the_oldest_due(client):
    now = timezone.now()
    assert measured(client)["zhongcao_task_oldest_waiting_seconds", ()] == 0
    task("READY", came=now - timedelta(minutes=3))
    task("READY", came=now - timedelta(days=1), run_after=now + timedelta(hours=1))
    task("FAILED")
    task("SUCCESSFUL")
    samples = measured(client)
    states = {state: samples["zhongcao_tasks", (("state", state),)] for state in ("waiting", "running", "failed")}
    assert states == {"waiting": 1, "running": 0, "failed": 1}
    assert 175 < samples["zhongcao_task_oldest_waiting_seconds", ()] < 300


@pytest.mark.django_db
def test_a_task_put_off_has_waited_only_since_its_time_came(client):
    now = timezone.now()
    task("READY", came=now - timedelta(days=1), run_after=now - timedelta(seconds=10))
    assert 9 < measured(client)["zhongcao_task_oldest_waiting_seconds", ()] < 60
    task("READY", came=now - timedelta(minutes=5))
    assert 299 < measured(client)["zhongcao_task_oldest_waiting_seconds", ()] < 400


@pytest.mark.django_db
def test_the_audit_of_the_book_is_told_with_its_age_once_there_was_one(client, monkeypatch):
    assert ("zhongcao_ledger_audit_ok", ()) not in measured(client)
    job = {standing.AUDIT: schedule.collect()[standing.AUDIT]}
    schedule.run_due(job)
    samples = measured(client)
    assert samples["zhongcao_ledger_audit_ok", ()] == 1
    assert samples["zhongcao_ledger_audit_age_seconds", ()] < 60
    monkeypatch.setattr(earnings_jobs, "audit", lambda: [Check("imbalance", False, "3 minor units")])
    ScheduledJob.objects.update(due_at=timezone.now())
    schedule.run_due(job)
    assert measured(client)["zhongcao_ledger_audit_ok", ()] == 0
    assert ScheduledJob.objects.get().error == "imbalance: 3 minor units"


@pytest.mark.django_db(transaction=False)
def test_calls_to_networks_are_counted_by_outcome_in_the_database(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        SharedGuard().after("demo", "orders", None, 0.1)
        SharedGuard().after("demo", "orders", None, 0.1)
        SharedGuard().after("demo", "orders", Unavailable("It is down.", network="demo"), 0.1)
    samples = measured(client)
    made = {
        o: samples["zhongcao_network_calls_total", (("network", "demo"), ("outcome", o))] for o in ("ok", "unavailable")
    }
    assert made == {"ok": 2, "unavailable": 1}


@pytest.mark.django_db
def test_mail_that_was_given_up_is_counted_until_it_is_sent_again(client):
    gone = OutgoingMail.objects.create(recipient="a@b.test", state=MailState.UNSENT, next_try_at=timezone.now())
    OutgoingMail.objects.create(recipient="c@d.test", state=MailState.SENT, next_try_at=timezone.now())
    assert measured(client)["zhongcao_mail_unsent", ()] == 1
    OutgoingMail.objects.filter(pk=gone.pk).update(state=MailState.WAITING)
    assert measured(client)["zhongcao_mail_unsent", ()] == 0


@pytest.mark.django_db
def test_an_outcome_or_network_that_nobody_knows_makes_no_series_without_end(client):
    for number in range(5):
        calls.count("demo", f"new-{number}")
        calls.count(f"gone-{number}", "ok")
    assert NetworkCalls.objects.get(network="demo").outcome == "other"
    networks = {
        dict(labels).get("network") for name, labels in measured(client) if name == "zhongcao_network_calls_total"
    }
    assert networks == {"demo"}


@pytest.mark.django_db
def test_a_room_that_measures_too_much_is_cut(client, monkeypatch):
    many = {str(number): 1.0 for number in range(1000)}
    module = SimpleNamespace(MEASURES={"many": ("Many.", "part", lambda: many)})
    monkeypatch.setattr(standing, "import_module", lambda name: module)
    monkeypatch.setattr(standing, "find_spec", lambda name: "earnings" in name)
    samples = measured(client)
    assert sum(name == "zhongcao_many" for name, _labels in samples) == standing.MOST_SERIES


@pytest.mark.django_db
def test_asking_costs_a_bounded_number_of_questions(client, django_assert_max_num_queries):
    measured(client)
    for _ in range(20):
        task("READY")
        ScheduledJob.objects.create(name=f"job-{_}", due_at=timezone.now(), finished_at=timezone.now())
    with django_assert_max_num_queries(16):
        measured(client)


def test_the_queue_is_as_old_as_its_oldest_click():
    now = 1_800_000_000.0
    assert exit_counts.age(0.0, now) == 0
    oldest = max(exit_counts.HORIZON - (now - 3), exit_counts.HORIZON - (now - 90), 0.0)
    assert exit_counts.age(oldest, now) == pytest.approx(90)


def test_a_folder_of_counters_that_a_killed_master_left_is_swept(monkeypatch, tmp_path):
    monkeypatch.setattr(
        gunicorn_hooks, "Path", lambda *parts: tmp_path if parts == ("/dev/shm",) else type(tmp_path)(*parts)
    )
    monkeypatch.setattr(gunicorn_hooks.os, "access", lambda *_args: True)
    monkeypatch.setenv(gunicorn_hooks.VARIABLE, "")
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    dead, alive = tmp_path / f"zhongcao-metrics-{done.pid}-x", tmp_path / "zhongcao-metrics-1-x"
    dead.mkdir(), alive.mkdir()
    gunicorn_hooks.share_counters()
    assert (dead.exists(), alive.exists()) == (False, True)
    folder = os.environ[gunicorn_hooks.VARIABLE]
    gunicorn_hooks.share_counters()
    assert os.environ[gunicorn_hooks.VARIABLE] == folder
    gunicorn_hooks.on_exit(None)
    assert not os.path.exists(folder)


def ask(port, path, **headers):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"User-Agent": "Mozilla/5.0 Test", **headers}
    )
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def workers_of(master):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(master)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def total(samples, name):
    return sum(value for (sample, _labels), value in samples.items() if sample == name)


@pytest.mark.timeout(600)
def test_several_workers_answer_as_one_and_a_killed_one_takes_no_number_with_it(tmp_path):
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "SITE_URL"}}
    env |= {
        "DATA_DIR": str(tmp_path),
        "WEB_CONCURRENCY": "3",
        "LOG_FORMAT": "json",
        "ACCESS_LOG": "1",
        "PLAIN_STATIC": "1",
    }
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}"}
    python(env, "manage.py", "migrate", "-v", "0")
    codes = json.loads(python(env, "-m", "bench.exit_seed", "5"))
    port = free_port()
    process = start(env, "config.wsgi:application", port)
    try:
        for number in range(30):
            assert ask(port, f"/go/{codes[number % 5]}")[0] == 302
            assert ask(port, "/nothing/")[0] == 404
        seen = [read(ask(port, "/metrics")[1])[0] for _ in range(6)]
        assert {total(samples, "zhongcao_exits_total") for samples in seen} == {30}
        assert {total(samples, "zhongcao_clicks_stored_total") for samples in seen} == {30}
        os.kill(workers_of(process.pid)[0], signal.SIGKILL)
        for _ in range(10):
            assert ask(port, f"/go/{codes[0]}")[0] == 302
        samples = read(ask(port, "/metrics")[1])[0]
        assert total(samples, "zhongcao_exits_total") == 40
        assert samples["zhongcao_requests_total", (("area", "pages"), ("status", "4xx"))] == 30
        # The last click may still be in hand when its answer is out; the next question finds the queue empty.
        ages = (read(ask(port, "/metrics")[1])[0]["zhongcao_click_queue_age_seconds", ()] for _ in range(20))
        assert 0 in ages
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    with contextlib.closing(sqlite3.connect(tmp_path / "zhongcao.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM tracking_click").fetchone() == (40,)
    assert not [left for left in os.listdir("/dev/shm") if re.match(rf"zhongcao-metrics-{process.pid}-", left)]
