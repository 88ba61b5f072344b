"""The exit as a whole, on a database file with threads: what is answered is stored, what is stored was answered."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from affiliate.tracking import targets
from affiliate.tracking.exit import staff, writer
from affiliate.tracking.exit.front import Front, Setup
from affiliate.tracking.exit.handover import ENVIRON_KEY, Reason
from affiliate.tracking.models import AppRule, Click, ExitTarget, VisitorSalt
from config.exit_front import database_address

# Other connections must see what is written. Only this room's tables are emptied afterwards: the ledger would refuse.
pytestmark = pytest.mark.django_db(transaction=True, available_apps=["affiliate.tracking"])

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HOSTS = {"shop": ["shop.example"]}


class Reader:
    """Asks the exit like a server would."""

    def __init__(self, stopped=frozenset):
        self.handovers = []
        setup = Setup(
            database_address,
            lambda slug: tuple(HOSTS.get(slug, ())),
            lambda environ: environ["REMOTE_ADDR"],
            "secret",
            stopped=stopped,
        )
        self.front = Front(self.pages, setup)

    def pages(self, environ, start_response):
        self.handovers.append(environ.get(ENVIRON_KEY))
        start_response("200 OK", [])
        return [b"page"]

    def get(self, path, *, agent=PHONE, address="203.0.113.9", method="GET", query="", **headers):
        answer = {}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": address,
            "HTTP_USER_AGENT": agent,
            **headers,
        }
        list(self.front(environ, lambda status, headers: answer.update(status=status, headers=dict(headers))))
        return answer["status"][:3], answer["headers"]

    def close(self, process=None):
        process = process or self.front._process
        self.wait_for_the_writer(process)
        for part in (process.targets, process.visitors, process.writer) if process else ():
            part._connection.close()

    def wait_for_the_writer(self, process=None):
        """A connection must not be closed under the thread that writes with it."""
        process = process or self.front._process
        deadline = time.monotonic() + 15
        while process and not process.writer._asleep and time.monotonic() < deadline:
            time.sleep(0.02)


@pytest.fixture
def reader():
    reader = Reader()
    yield reader
    reader.close()


def target(code, url="https://shop.example/i?t={token}", **fields):
    with transaction.atomic():
        row = ExitTarget(code=code, placement_id=1, url=url, earns=True, network="shop", version=0)
        for name, value in fields.items():
            setattr(row, name, value)
        row.version = targets.next_version()
        ExitTarget.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["code"], update_fields=targets.CHANGED
        )


def test_a_click_is_stored_before_it_is_answered(reader):
    target("abcd2345")
    status, headers = reader.get("/go/abcd2345", query="s=feed", HTTP_REFERER="https://zhongcao.example/a/?b=c")
    click = Click.objects.get()
    assert status == "302"
    assert headers["Location"] == f"https://shop.example/i?t={click.token}"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert click.token.startswith("abcd2345")
    assert (click.kind, click.earns, click.surface) == ("human", True, "feed")
    assert (click.app, click.platform) == ("browser", "ios")
    assert (click.referrer_host, click.target_host) == ("zhongcao.example", "shop.example")
    assert abs(click.at - datetime.now(UTC)) < timedelta(seconds=20)
    assert "203.0.113.9" not in str(Click.objects.values())


def test_everything_else_goes_on_to_django_untouched(reader):
    assert reader.get("/digital/")[0] == "200"
    assert reader.get("/gone/abcd2345")[0] == "200"
    assert reader.handovers == [None, None]


def test_only_get_and_head_are_answered(reader):
    status, headers = reader.get("/go/abcd2345", method="POST")
    assert (status, headers["Allow"]) == ("405", "GET, HEAD")


@pytest.mark.parametrize(("agent", "method", "kind"), [(BOT, "GET", "bot"), (PHONE, "HEAD", "prefetch")])
def test_bots_and_prefetches_are_stored_and_never_reach_the_shop(reader, agent, method, kind):
    target("abcd2345")
    status, headers = reader.get("/go/abcd2345", agent=agent, method=method)
    assert status == "200"
    assert "Location" not in headers
    assert Click.objects.get().kind == kind
    assert reader.handovers[0].reason == Reason.CARD


def test_a_repeat_within_half_an_hour_keeps_the_first_token_and_is_not_counted(reader):
    target("abcd2345")
    target("bcde2345")
    first = reader.get("/go/abcd2345")[1]["Location"]
    assert reader.get("/go/abcd2345")[1]["Location"] == first
    assert reader.get("/go/bcde2345")[1]["Location"] != first
    assert reader.get("/go/abcd2345", address="203.0.113.10")[1]["Location"] != first
    assert sorted(Click.objects.values_list("kind", flat=True)) == ["duplicate", "human", "human", "human"]
    Click.objects.update(at=datetime.now(UTC) - timedelta(minutes=31))
    assert reader.get("/go/abcd2345")[1]["Location"] != first
    assert Click.objects.filter(kind="human").count() == 4


def test_another_process_knows_the_repeat_too(reader):
    target("abcd2345")
    other = Reader()
    try:
        assert reader.get("/go/abcd2345") == other.get("/go/abcd2345")
    finally:
        other.close()
    assert sorted(Click.objects.values_list("kind", flat=True)) == ["duplicate", "human"]
    assert VisitorSalt.objects.count() == 1


def test_staff_go_on_uncounted(reader):
    target("abcd2345")
    cookie = f"zc_staff={staff.sign(int(time.time()) + 60, 'secret')}"
    assert reader.get("/go/abcd2345", HTTP_COOKIE=cookie)[0] == "302"
    assert Click.objects.get().kind == "staff"


@pytest.mark.parametrize("path", ["/go/zzzz9999", "/go/", "/go/9abc", "/go/../etc", "/go/" + "a" * 900, "/go/a%00b"])
def test_an_unknown_code_gets_the_friendly_page_and_no_click(reader, path):
    assert reader.get(path)[0] == "200"
    assert reader.handovers[0].reason == Reason.MISSING
    assert not Click.objects.exists()


def test_a_code_made_a_moment_ago_works_at_once_and_a_change_within_a_second(reader):
    target("abcd2345")
    reader.get("/go/abcd2345")
    reader.get("/go/bcde2345")
    target("bcde2345")
    target("abcd2345", url="https://shop.example/new")
    time.sleep(1.0)
    assert reader.get("/go/bcde2345")[0] == "302"
    assert reader.get("/go/abcd2345")[1]["Location"] == "https://shop.example/new"


def test_a_flood_of_invented_codes_is_not_passed_on_to_the_database(reader, monkeypatch):
    target("abcd2345")
    reader.get("/go/abcd2345")
    asked = []
    real = reader.front._process.targets._connection.execute
    monkeypatch.setattr(
        reader.front._process.targets._connection,
        "execute",
        lambda sql, parameters=(): asked.append(sql) or real(sql, parameters),
    )
    statuses = {reader.get(f"/go/zz{n:06}")[0] for n in range(1500)}
    assert statuses <= {"200", "503"}
    assert len(asked) < 1400
    before = len(asked)
    for _ in range(50):
        reader.get("/go/zz000001")
    assert len(asked) - before <= 2
    assert reader.get("/go/abcd2345")[0] == "302"


def test_a_target_on_a_foreign_host_is_not_served(reader, caplog):
    target("abcd2345", url="https://evil.example/")
    status, headers = reader.get("/go/abcd2345")
    assert (status, "Location" in headers) == ("200", False)
    assert reader.handovers[0].reason == Reason.CLOSED
    assert "evil.example" in caplog.text


def test_a_network_that_loses_a_host_loses_its_targets(reader, monkeypatch):
    target("abcd2345")
    assert reader.get("/go/abcd2345")[0] == "302"
    monkeypatch.setitem(HOSTS, "shop", ["other.example"])
    targets.announce()
    time.sleep(1.0)
    assert reader.get("/go/abcd2345")[0] == "200"


def test_where_the_app_cannot_open_the_shop_the_helping_page_comes_first(reader):
    target("abcd2345")
    wechat = f"{PHONE} MicroMessenger/8.0.22"
    rule = AppRule.objects.create(app="wechat", network="*", form="help")
    assert reader.get("/go/abcd2345", agent=wechat)[0] == "200"
    assert reader.handovers[0].reason == Reason.HELP
    assert reader.get("/go/abcd2345", agent=wechat, query="open=1")[0] == "302"
    assert reader.get("/go/abcd2345")[0] == "302"
    AppRule.objects.create(app="wechat", platform="ios", network="shop", form="web")
    time.sleep(1.0)
    assert reader.get("/go/abcd2345", agent=wechat)[0] == "302"
    rule.delete()


def test_the_page_that_opens_the_app_comes_first_where_a_row_says_so_and_there_is_an_app_link(reader):
    target("abcd2345", app_link=True)
    target("abcd2346")
    rule = AppRule.objects.create(app="browser", platform="ios", network="shop", form="app")
    status, headers = reader.get("/go/abcd2345")
    assert (status, reader.handovers[-1].reason, "Location" in headers) == ("200", Reason.APP, False)
    click = Click.objects.get()
    assert (click.kind, click.earns, click.target_host) == ("human", True, "shop.example")
    status, headers = reader.get("/go/abcd2345", query="open=1")
    assert (status, headers["Location"]) == ("302", f"https://shop.example/i?t={click.token}")
    assert Click.objects.filter(kind="human").count() == 1
    assert reader.get("/go/abcd2346")[0] == "302"
    assert reader.get("/go/abcd2345", agent=BOT)[0] == "200"
    assert reader.handovers[-1].reason == Reason.CARD
    rule.delete()


def test_many_threads_lose_nothing_and_share_transactions(reader, monkeypatch):
    codes = [f"code{n:04}" for n in range(20)]
    for code in codes:
        target(code)
    batches = []
    real = writer.clicks.write
    monkeypatch.setattr(writer.clicks, "write", lambda con, batch: batches.append(len(batch)) or real(con, batch))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: reader.get(f"/go/{codes[n % 20]}", address=f"a{n}"), range(600)))
    tokens = {headers["Location"].rpartition("=")[2] for _status, headers in answers}
    assert len(tokens) == 600
    assert set(Click.objects.values_list("token", flat=True)) == tokens
    assert sum(batches) == 600
    assert max(batches) > 1


def test_the_same_visitor_at_the_same_moment_is_one_reader(reader):
    target("abcd2345")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _n: reader.get("/go/abcd2345")[1]["Location"], range(60)))
    assert len(set(answers)) == 1
    assert Click.objects.filter(kind="human").count() == 1
    assert Click.objects.filter(kind="duplicate").count() == 59


def test_a_database_held_by_someone_else_is_waited_for(reader):
    target("abcd2345")
    reader.get("/go/abcd2345", address="warm")
    held, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                VisitorSalt.objects.create(day="2000-01-01", salt="00")
                held.set()
                release.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    threading.Timer(1.5, release.set).start()
    assert reader.get("/go/abcd2345")[0] == "302"
    thread.join()
    assert Click.objects.count() == 2


def test_when_nothing_can_be_stored_the_reader_still_goes_on_with_a_token_that_names_the_author(
    reader, monkeypatch, caplog
):
    target("abcd2345")
    reader.get("/go/abcd2345")
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(writer, "GIVE_UP_SECONDS", 0.5)

    def broken(*_args):
        raise writer.PASSING[0]("disk I/O error")

    monkeypatch.setattr(writer.clicks, "write", broken)
    with caplog.at_level(logging.ERROR):
        status, headers = reader.get("/go/abcd2345", address="203.0.113.77")
        assert status == "302"
        assert headers["Location"].startswith("https://shop.example/i?t=abcd2345")
        assert "before it was stored" in caplog.text
        time.sleep(0.8)
    monkeypatch.undo()
    assert reader.get("/go/abcd2345", address="203.0.113.78")[0] == "302"


def test_while_nothing_can_be_stored_only_the_first_readers_wait_and_all_is_stored_later(reader, monkeypatch, caplog):
    target("late2345")
    reader.get("/go/late2345")
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.3)
    real, gone = writer.clicks.write, threading.Event()

    def broken(connection, batch):
        if gone.is_set():
            return real(connection, batch)
        raise writer.PASSING[0]("disk I/O error")

    monkeypatch.setattr(writer.clicks, "write", broken)
    assert reader.get("/go/late2345", address="203.0.113.77")[0] == "302"
    monkeypatch.setattr(writer, "WAIT_SECONDS", 600)
    for n in range(20):
        assert reader.get("/go/late2345", address=f"203.0.113.{n}")[0] == "302"
        assert reader.get("/go/late2345", agent=BOT, address=f"203.0.113.{n}")[0] == "200"
    gone.set()
    reader.wait_for_the_writer()
    assert Click.objects.filter(code="late2345").count() == 42


def test_a_new_day_has_a_new_salt_and_a_process_that_forked_starts_anew(reader):
    target("abcd2345")
    reader.get("/go/abcd2345")
    process = reader.front._process
    today = process.visitors.hash_of("a", "b", datetime.now(UTC))
    assert process.visitors.hash_of("a", "b", datetime.now(UTC)) == today
    assert process.visitors.hash_of("a", "b", datetime.now(UTC) + timedelta(days=1)) != today
    process.pid = -1
    reader.get("/go/abcd2345", address="x")
    assert reader.front._process is not process
    reader.close(process)


def test_both_engines_store_durably(reader):
    target("abcd2345")
    reader.get("/go/abcd2345")
    writing = reader.front._process.writer._connection
    if writing.is_sqlite:
        assert writing.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert writing.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    else:
        assert writing.execute("SHOW synchronous_commit").fetchone()[0] == "on"
