"""Income by quarter: taken from the book, never changed, exported by whoever may; the identity apart and encrypted."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from affiliate.earnings import income, ledger, personal, triggers
from affiliate.earnings.admin.income import IdentityForm, keep_identity, withdraw_identity
from affiliate.earnings.identity_numbers import is_card_number, is_credit_code
from affiliate.earnings.income_models import IncomeRecord, TaxIdentity
from affiliate.earnings.models import AccountKind, LedgerEntry
from affiliate.people.models import Consent

pytestmark = pytest.mark.django_db

CARD = "11010519491231002X"
"""The example of GB 11643 itself."""
CREDIT = "91350100M000100Y43"
"""The example of GB 32100 itself."""
QUARTER = "2026Q3"


def account(kind, author=None):
    owner = {"author_id": author.pk} if author else {"network": "demo"}
    return ledger.account(kind, "CNY", **owner)


def move(source, goal, minor, at, number=[0]):  # noqa: B006  counts over all tests
    """One entry of the book at a time of our choosing: the triggers that forbid changing it are lifted meanwhile."""
    number[0] += 1
    entry = ledger.post(source, goal, minor, key=f"test:{number[0]}")
    triggers.drop()
    LedgerEntry.objects.filter(pk=entry.pk).update(posted_at=at)
    triggers.create()


def in_quarter(month=8, day=10, year=2026):
    return datetime(year, month, day, 12, tzinfo=UTC)


def earn(author, minor, at=None):
    move(
        account(AccountKind.AUTHOR_CONFIRMED, author),
        account(AccountKind.AUTHOR_PAYABLE, author),
        minor,
        at or in_quarter(),
    )


def give_back(author, minor, at=None):
    move(account(AccountKind.AUTHOR_PAYABLE, author), account(AccountKind.NETWORK), minor, at or in_quarter())


def pay(author, minor, at=None):
    move(
        account(AccountKind.AUTHOR_PAYABLE, author), account(AccountKind.AUTHOR_PAID, author), minor, at or in_quarter()
    )


def test_income_is_what_became_payable_less_what_was_taken_back_and_no_payment(ann):
    earn(ann, 1_000)
    earn(ann, 500)
    give_back(ann, 200)
    pay(ann, 1_300)
    assert income.record_quarter(QUARTER) == 1
    record = IncomeRecord.objects.get()
    assert (record.gross_minor, record.refunds_minor, record.net_minor, record.version) == (1_500, 200, 1_300, 1)


def test_a_quarter_begins_and_ends_at_midnight_of_the_site(ann):
    start, end = income.bounds(QUARTER)
    assert timezone.localtime(start).isoformat() == "2026-07-01T00:00:00+08:00"
    earn(ann, 1, start - timedelta(microseconds=1))
    earn(ann, 10, start)
    earn(ann, 100, end - timedelta(microseconds=1))
    earn(ann, 1_000, end)
    assert income.totals_of(QUARTER)[ann.pk, "CNY"].gross_minor == 110


def test_counting_again_writes_nothing(ann):
    earn(ann, 1_000)
    assert [income.record_quarter(QUARTER), income.record_quarter(QUARTER)] == [1, 0]


def test_a_corrected_identity_is_a_new_version_and_the_old_one_stands(ann):
    earn(ann, 1_000)
    income.record_quarter(QUARTER)
    keep_identity(ann, ann.user, "person", "安", CARD)
    keep_identity(ann, ann.user, "person", "安", CARD)
    assert income.record_quarter(QUARTER) == 1
    keep_identity(ann, ann.user, "person", "安安", CARD)
    assert income.record_quarter(QUARTER) == 1
    versions = IncomeRecord.objects.order_by("version").values_list("version", "identity_version", "net_minor")
    assert list(versions) == [(1, 0, 1_000), (2, 1, 1_000), (3, 2, 1_000)]
    assert income.latest(QUARTER)[ann.pk, "CNY"].version == 3


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "2026Q0", "x", "", "2026Q33", "0000Q1", "9999Q4"])
def test_what_is_no_quarter_is_refused(quarter):
    with pytest.raises(income.NotAQuarter):
        income.record_quarter(quarter)


def test_a_quarter_that_is_not_over_is_refused():
    with pytest.raises(income.NotAQuarter):
        income.record_quarter(income.quarter_of(timezone.localdate()))


@pytest.mark.parametrize("seed", range(20))
def test_over_any_life_the_quarters_add_up_to_what_the_book_holds_and_paid(seed, ann, bo):
    """Sum of net over all quarters = payable + paid, whatever happened in which order."""
    chance = random.Random(seed)
    for _step in range(15):
        act = chance.choice([earn, earn, give_back, pay])
        act(
            chance.choice([ann, bo]),
            chance.randint(1, 9_999),
            in_quarter(chance.randint(1, 12), chance.randint(1, 28), 2025),
        )
    for number in range(1, 5):
        income.record_quarter(f"2025Q{number}")
    for author in (ann, bo):
        held = ledger.balances(author)
        net = sum(record.net_minor for record in IncomeRecord.objects.filter(author=author))
        assert net == held[AccountKind.AUTHOR_PAYABLE] + held[AccountKind.AUTHOR_PAID]


def test_the_examples_of_the_standards_are_numbers_and_a_slip_is_seen():
    assert is_card_number(CARD) and is_credit_code(CREDIT)
    for number in (CARD[:-1] + "1", "2" + CARD[1:], "110105194913310020", "", "x" * 18, "１" * 18):
        assert not is_card_number(number)
    for code in (CREDIT[:-1] + "4", "8" + CREDIT[1:], CREDIT.lower(), "", "I" * 18):
        assert not is_credit_code(code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"number": "110105194912310021"}, "number"),
        ({"kind": "business"}, "number"),
        ({"number": "110105201512310002"}, "number"),
        ({"name": ""}, "name"),
    ],
)
def test_an_identity_without_consent_or_with_a_wrong_number_is_refused(change, field):
    data = {"kind": "person", "name": "安", "number": "110105 19491231 002x", "consent": "on"}
    assert IdentityForm(data).is_valid()
    assert field in IdentityForm(data | change).errors


def test_the_identity_is_encrypted_and_never_shown_again(ann, client):
    for name in ("access_admin", "view_commission"):
        ann.user.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(ann.user)
    data = {"kind": "person", "name": "安娜小园", "number": CARD, "consent": "on"}
    assert client.post("/admin/earnings/tax/", data).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM earnings_taxidentity")
        assert CARD not in cursor.fetchone()[0]
    page = client.get("/admin/earnings/tax/").content.decode()
    assert CARD not in page and "安娜小园" not in page
    wrong = client.post("/admin/earnings/tax/", data | {"number": "1"})
    assert wrong.status_code == 422 and TaxIdentity.objects.get().secret["number"] == CARD


def test_consent_is_taken_back_and_the_identity_goes_unless_it_was_reported(ann):
    keep_identity(ann, ann.user, "person", "安", CARD)
    assert withdraw_identity(ann, ann.user) and not TaxIdentity.objects.exists()
    keep_identity(ann, ann.user, "person", "安", CARD)
    earn(ann, 1_000)
    income.record_quarter(QUARTER)
    assert not withdraw_identity(ann, ann.user) and TaxIdentity.objects.exists()
    assert [bool(one.withdrawn_at) for one in Consent.objects.order_by("pk")] == [True, True]


def test_the_identity_of_who_has_left_goes_ten_years_after_the_last_income(ann, bo):
    for author in (ann, bo):
        keep_identity(author, author.user, "person", "安", CARD)
    earn(ann, 1_000)
    income.record_quarter(QUARTER)
    personal.forget(ann.user, "ann", "k1")
    personal.forget(bo.user, "bo", "k2")
    assert TaxIdentity.objects.get().author == ann
    assert income.drop_old_identities() == 0
    type(ann.user).objects.update(is_active=False)
    assert income.drop_old_identities() == 0
    IncomeRecord.objects.update(quarter="2010Q1")
    assert income.drop_old_identities() == 1


def test_the_page_of_a_quarter_asks_no_more_for_many_authors_than_for_one(
    ann, operator, client, django_assert_max_num_queries
):
    client.force_login(operator)
    for number in range(30):
        one = type(ann).objects.create(handle=f"author-{number}", name="安")
        IncomeRecord.objects.create(
            author=one, quarter=QUARTER, currency="CNY", version=1, gross_minor=1, refunds_minor=0, net_minor=1, lines=1
        )
    client.get("/admin/earnings/income/")
    with django_assert_max_num_queries(14):
        assert "安" in client.get(f"/admin/earnings/income/?quarter={QUARTER}").content.decode()


def test_an_operator_sees_totals_and_only_who_reports_gets_the_numbers(ann, operator, client):
    keep_identity(ann, ann.user, "person", "=安", CARD)
    earn(ann, 123_456)
    income.record_quarter(QUARTER)
    client.force_login(operator)
    page = client.get(f"/admin/earnings/income/?quarter={QUARTER}").content.decode()
    assert "¥1,234.56" in page and CARD not in page
    assert client.get(f"/admin/earnings/income/?quarter={QUARTER}&export=csv").status_code in (302, 403)
    operator.user_permissions.add(Permission.objects.get(codename="report_income"))
    client.force_login(type(operator).objects.get(pk=operator.pk))
    answer = client.get(f"/admin/earnings/income/?quarter={QUARTER}&export=csv")
    assert "no-store" in answer["Cache-Control"]
    _heads, row = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert row[0] == QUARTER and row[4] == "'=安" and row[5] == f"\t{CARD}" and row[8] == "1234.56"


def test_who_is_no_operator_sees_no_totals(ann, client):
    for name in ("access_admin", "view_commission"):
        ann.user.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(ann.user)
    assert client.get("/admin/earnings/income/").status_code in (302, 403)
    assert client.post("/admin/earnings/income/", {"quarter": QUARTER}).status_code in (302, 403)


def test_an_operator_counts_again_and_hears_of_a_quarter_that_is_not_over(ann, operator, client):
    earn(ann, 1_000)
    client.force_login(operator)
    client.post("/admin/earnings/income/", {"quarter": QUARTER})
    assert IncomeRecord.objects.count() == 1
    client.post("/admin/earnings/income/", {"quarter": income.quarter_of(timezone.localdate())})
    client.post("/admin/earnings/income/", {"quarter": "never"})
    assert IncomeRecord.objects.count() == 1
