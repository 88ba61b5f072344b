"""Sums of clicks: derived, remade at will, right also after the clicks themselves are gone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from affiliate.tracking import api, jobs, rollups
from affiliate.tracking.exit.tokens import new_token
from affiliate.tracking.models import AppRule, Click, ClickDay, ExitVersion, VisitorSalt
from config import retention

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def clicks(count, kind="human", code="abcd2345", days=0):
    at = datetime.combine((NOW - timedelta(days=days)).astimezone(UTC).date(), time(0, 0, 1), tzinfo=UTC)
    Click.objects.bulk_create([Click(token=new_token(code), code=code, at=at, kind=kind) for _ in range(count)])


def test_rolling_up_twice_is_the_same_as_once():
    clicks(3, days=2)
    clicks(2)
    clicks(4, kind="bot")
    rollups.roll_up()
    first = sorted(ClickDay.objects.values_list("day", "code", "kind", "count"))
    rollups.roll_up()
    assert sorted(ClickDay.objects.values_list("day", "code", "kind", "count")) == first
    assert [count for *_rest, count in first] == [3, 4, 2]


def test_a_class_that_was_corrected_leaves_no_old_sum_behind():
    clicks(2)
    rollups.roll_up()
    Click.objects.update(kind="bot")
    rollups.roll_up()
    assert list(ClickDay.objects.values_list("kind", "count")) == [("bot", 2)]


def test_totals_are_exact_before_and_after_summing_up_and_pruning():
    clicks(5, days=450)
    clicks(3, days=10)
    clicks(7, kind="bot", days=10)
    clicks(2)
    expected = {"human": 10, "suspect": 0, "bot": 7, "prefetch": 0, "staff": 0, "duplicate": 0}
    assert api.totals_by_kind() == expected
    rollups.roll_up()
    assert api.totals_by_kind() == expected
    gone = retention.prune()
    assert (gone["tracking.clicks"], gone["tracking.clicks_of_bots"]) == (5, 7)
    assert Click.objects.count() == 5
    assert api.totals_by_kind() == expected
    clicks(1, kind="staff")
    assert api.totals_by_kind() == expected | {"staff": 1}


def test_counts_by_code_are_readers_clicks_only_summed_up_or_not():
    clicks(3, days=9)
    clicks(2, days=3)
    clicks(4, days=5, kind="duplicate")
    clicks(1)
    clicks(6, code="bcde2345")
    asked = ["abcd2345", "zzzz9999"]
    assert api.click_counts(asked, NOW - timedelta(days=7)) == {"abcd2345": 3}
    assert api.click_counts(asked, NOW - timedelta(days=30)) == {"abcd2345": 6}
    rollups.roll_up()
    assert api.click_counts(asked, NOW - timedelta(days=7)) == {"abcd2345": 3}
    assert api.click_counts(asked, NOW - timedelta(days=30)) == {"abcd2345": 6}


def test_counting_takes_as_many_queries_for_many_codes_as_for_one(django_assert_num_queries):
    clicks(2, days=5)
    rollups.roll_up()
    with django_assert_num_queries(3):
        api.click_counts([f"code{n:04}" for n in range(300)], NOW - timedelta(days=30))


def test_yesterdays_salt_is_thrown_away_and_todays_kept():
    today = NOW.astimezone(UTC).date()
    VisitorSalt.objects.create(day=today - timedelta(days=1), salt="a")
    VisitorSalt.objects.create(day=today, salt="b")
    assert retention.prune()["tracking.visitor_salts"] == 1
    assert VisitorSalt.objects.get().day == today


def test_every_job_runs_on_an_empty_house(shop):
    for seconds, run in jobs.JOBS.values():
        assert seconds >= 60
        run()


def test_a_changed_rule_and_a_changed_merchant_are_announced_to_running_exits():
    from affiliate.connections.api import Merchant

    AppRule.objects.create(app="wechat", network="shop")
    first = ExitVersion.objects.get().version
    merchant = Merchant.objects.create(slug="farm", name="农场", hosts="farm.example", link_template="{url}")
    second = ExitVersion.objects.get().version
    merchant.delete()
    assert first < second < ExitVersion.objects.get().version
