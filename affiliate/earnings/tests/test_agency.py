"""An agency sees what the book holds for it, to the fen; nobody else's authors, no buyer, nothing unpublished."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from affiliate.earnings import agency as reading
from affiliate.earnings import ledger
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import AccountKind, Order, SplitPlan
from affiliate.earnings.settling import settle
from affiliate.earnings.tests.conftest import T0, line_of
from affiliate.people.models import Agency, Author, User

pytestmark = pytest.mark.django_db

PAGE, FILE = "/account/agency/earnings/", "/account/agency/earnings.csv"
NOVEMBER = {"month": "2026-11"}


@pytest.fixture
def mei(bo, client) -> User:
    """A member of Bo's agency, logged in; agencies have 20 of the author's side's 60 parts."""
    SplitPlan.objects.create(version=2, valid_from=T0, site_parts=30, author_parts=60, agency_parts=20)
    user = User.objects.create_user("mei")
    bo.agency.members.add(user)
    client.force_login(user)
    return user


def figures(agency: Agency) -> list[str]:
    return [figure.amount for figure in reading.standing(agency)["CNY"]]


def shown(client, **query: str) -> str:
    return client.get(PAGE, NOVEMBER | query).content.decode()


def rows(client, **query: str) -> list[list[str]]:
    text = b"".join(client.get(FILE, NOVEMBER | query).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_speaks_the_language_of_who_asked(bo, mei, credited, client):
    ingest(line_of("pending", sub_id="boscode"), "pull")
    assert (rows(client)[0][0], rows(client)[1][-1]) == ("下单时间", "待确认")
    client.cookies["django_language"] = "en"
    assert (rows(client)[0][0], rows(client)[1][-1]) == ("Placed", "waiting for the shop")


def test_a_member_finds_the_way_back_to_the_agency_from_every_page_of_the_account(bo, mei, client):
    assert 'href="/account/agency/"' in client.get("/account/email/").content.decode()
    client.force_login(User.objects.create_user("nora"))
    assert 'href="/account/agency/"' not in client.get("/account/email/").content.decode()


def test_the_story_of_an_agencys_part_from_pending_over_paid_to_a_refund(bo, mei, credited, client):
    agency = bo.agency
    ingest(line_of("pending", sub_id="boscode"), "pull")
    assert figures(agency) == ["¥2.22", "¥0.00", "¥0.00", "¥0.00"]
    ingest(line_of("confirmed", after=1, sub_id="boscode"), "pull")
    assert figures(agency) == ["¥0.00", "¥2.22", "¥0.00", "¥0.00"]
    ingest(line_of("settled", after=2, sub_id="boscode"), "pull")
    assert figures(agency) == ["¥0.00", "¥2.00", "¥0.00", "¥0.00"]
    settle()
    assert figures(agency) == ["¥0.00", "¥0.00", "¥2.00", "¥0.00"]
    payable = ledger.account(AccountKind.AGENCY_PAYABLE, "CNY", agency_id=agency.pk)
    ledger.post(payable, ledger.account(AccountKind.AGENCY_PAID, "CNY", agency_id=agency.pk), 200, key="payout:1")
    assert figures(agency) == ["¥0.00", "¥0.00", "¥0.00", "¥2.00"]

    [line] = reading.read(agency, reading.lines(agency))
    assert (line.authors_share, line.agencys_share, line.taken_back, line.state_key) == (
        "¥4.00", "¥2.00", "-¥0.22", "payable",
    )  # fmt: skip
    ingest(line_of("invalid", after=9, sub_id="boscode"), "pull")
    assert figures(agency) == ["¥0.00", "¥0.00", "-¥2.00", "¥2.00"]
    [line] = reading.read(agency, reading.lines(agency))
    assert (line.authors_share, line.agencys_share, line.taken_back, line.state_key) == (
        "¥0.00", "¥0.00", "-¥2.22", "invalid",
    )  # fmt: skip
    page = shown(client)
    assert "-¥2.00" in page and "-¥2.22" in page


def test_the_file_says_what_the_page_says_and_no_cell_of_it_is_a_formula(bo, mei, credited, client):
    ingest(line_of("confirmed", sub_id="boscode", item_title="=HYPERLINK(1)", order_id="SECRET-ORDER"), "pull")
    [head, row] = rows(client)
    assert row[1] == "波" and row[3] == "'=HYPERLINK(1)" and row[4] == "手冲入门"
    assert row[5:10] == ["CNY", "10.00", "4.44", "2.22", "0.00"] and row[10] == "v2"
    assert len(head) == len(row)
    [total] = reading.totals(bo.agency, month="2026-11")
    assert (total.name, total.lines, total.author_minor, total.agency_minor) == ("波", 1, 444, 222)
    assert "SECRET-ORDER" not in shown(client) + str(row)  # with it a shop would find the buyer


def test_what_an_author_earned_elsewhere_or_alone_is_not_shown(bo, ann, mei, credited, client):
    other = Agency.objects.create(name="Other")
    ingest(line_of("confirmed", sub_id="boscode", item_title="Mine"), "pull")
    ingest(line_of("confirmed", line_id="o2_1", sub_id="annscode", item_title="Alone"), "pull")
    Author.objects.filter(pk=ann.pk).update(agency=bo.agency)
    Author.objects.filter(pk=bo.pk).update(agency=other)
    bo.refresh_from_db()
    text = shown(client)
    assert "Mine" in text and "Alone" not in text
    assert not reading.lines(other).exists() and reading.totals(other) == []
    assert client.get(PAGE, {"agency": other.pk}).status_code == 404
    assert client.get(FILE, {"agency": other.pk}).status_code == 404


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_the_page_is_for_members_who_may_see_money(path, bo, ann, client, operator):
    assert client.get(path).status_code == 302
    for user in (ann.user, bo.user, operator):
        client.force_login(user)
        assert client.get(path).status_code in (403, 404)
    mei = User.objects.create_user("mei")
    bo.agency.members.add(mei)
    client.force_login(mei)
    assert client.get(path).status_code == 200
    bo.agency.members.remove(mei)
    assert client.get(path).status_code == 403


def test_each_line_is_in_one_state_and_the_filter_agrees_with_what_is_shown(bo, mei, credited):
    states = ("pending", "confirmed", "settled", "invalid", "settled")
    for number, state in enumerate(states):
        ingest(line_of(state, line_id=f"o{number}_1", sub_id="boscode"), "pull")
        if number == 2:
            settle()
    ingest(line_of("confirmed", line_id="o9_1", sub_id="boscode", estimated_commission_minor=10_001), "pull")
    found = {line.order.pk: line.state_key for line in reading.read(bo.agency, reading.lines(bo.agency))}
    assert sorted(found.values()) == ["confirmed", "confirmed", "held", "invalid", "payable", "pending"]
    for state in reading.states():
        kept = set(reading.lines(bo.agency, state=state).values_list("pk", flat=True))
        assert kept == {pk for pk, key in found.items() if key == state}


def test_a_month_begins_and_ends_at_the_sites_midnight(bo, mei, credited):
    for number, placed in enumerate((T0, T0 + timedelta(days=29, hours=3), T0 + timedelta(days=29, hours=5))):
        ingest(line_of("confirmed", line_id=f"o{number}_1", sub_id="boscode", placed_at=placed), "pull")
    assert [reading.lines(bo.agency, month=month).count() for month in ("2026-11", "2026-12", "", "x")] == [2, 1, 3, 3]
    assert reading.months(T0.date())[:2] == ["2026-11", "2026-10"] and reading.months(T0.date())[11] == "2025-12"


def test_many_lines_cost_as_many_queries_as_one(bo, mei, credited, client):
    ingest(line_of("confirmed", sub_id="boscode"), "pull")
    shown(client)
    with CaptureQueriesContext(connection) as one:
        shown(client)
    for number in range(30):
        ingest(line_of("confirmed", line_id=f"m{number}_1", sub_id="boscode"), "pull")
    with CaptureQueriesContext(connection) as many:
        shown(client)
    assert len(many) <= len(one) <= 20 and Order.objects.count() == 31


def test_a_plan_without_a_part_for_agencies_is_said_to_be_one(bo, client, credited):
    mei = User.objects.create_user("mei")
    bo.agency.members.add(mei)
    client.force_login(mei)
    ingest(line_of("confirmed", sub_id="boscode"), "pull")
    [line] = reading.read(bo.agency, reading.lines(bo.agency))
    assert (line.authors_share, line.agencys_share) == ("¥6.66", "¥0.00")
    assert "v1" in shown(client)


def test_an_author_sees_the_agency_and_its_part(bo, mei, credited, client):
    from django.contrib.auth.models import Group

    bo.user.groups.add(Group.objects.get(name="Writers"))
    ingest(line_of("confirmed", sub_id="boscode"), "pull")
    client.force_login(bo.user)
    page = client.get("/admin/earnings/").content.decode()
    assert "Seven Seas" in page and "v2" in page
    line = client.get(f"/admin/earnings/lines/{Order.objects.get().pk}/").content.decode()
    assert "¥4.44" in line and "¥2.22" in line
