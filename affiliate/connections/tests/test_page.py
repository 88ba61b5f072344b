"""What the operators' page says of a network: how it stands, what it was asked today, and how it failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from affiliate.connections import accounts, api, expiry, states, tally
from affiliate.connections.admin import listing
from affiliate.connections.guard import SharedGuard
from affiliate.connections.models import Account, CallDay, CallFault, NetworkState
from affiliate.connections.tests.test_admin import ALL, log_in
from affiliate.networks.errors import NotFound, Unavailable, Wait
from config.mail.digest import needs

pytestmark = pytest.mark.django_db


def row(slug: str = "fake") -> listing.Row:
    return next(one for one in listing.rows() if one.slug == slug)


def test_calls_of_today_are_counted_and_only_failures_make_the_rate(network):
    for error in (None, None, None, NotFound("No such item."), Unavailable("Down.", code="502")):
        tally.note("fake", error)
    today = row().today
    assert (today.calls, today.failed, today.error_rate) == (5, 1, 20.0)
    CallDay.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert row().today.calls == 0 and row().today.error_rate is None


def test_a_call_through_the_guard_is_counted(network, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        SharedGuard().after("fake", "x", None, 0.1)
    assert row().today.calls == 1


def test_the_last_errors_are_told_in_words_each_once(network):
    for _time in range(3):
        tally.note("fake", Unavailable("The network is busy. Try again later.", code="502", detail="上游超时"))
    tally.note("fake", Wait("The network was asked too often. Try again a little later."))
    tally.note("fake", NotFound("No such item."))
    failures = row().failures
    with override("en"):
        assert sorted((one.kind, one.times) for one in row().failures) == [
            ("did not answer", 3),
            ("was asked too often", 1),
        ]
    assert any(one.words == "对方繁忙，请稍后再试。 502 上游超时" for one in failures)


def test_a_network_is_off_unconnected_degraded_or_ok(network, settings):
    assert row().standing == "ok"
    NetworkState.objects.create(network="fake", last_error_at=timezone.now(), last_error_kind="unavailable")
    assert row().standing == "degraded"
    states.switch("fake", False)
    assert row().standing == "off"
    NetworkState.objects.all().delete()
    settings.NETWORK_ENVIRONMENT = {}
    assert row().standing == "unconnected"


def test_nine_tenths_of_a_days_calls_are_a_warning(network):
    states.set_calls_a_day("fake", 10)
    for _call in range(8):
        tally.note("fake", None)
    assert row().standing == "ok"
    tally.note("fake", None)
    assert row().standing == "degraded" and row().over_quota


def test_what_an_operator_read_in_the_console_is_kept_and_shown(client, network):
    log_in(client, *ALL)
    accounts.save_credentials("fake", {"TOKEN": "x"})
    day = timezone.localdate() + timedelta(days=3)
    client.post("/admin/networks/fake/", {"runs_out": day.isoformat(), "calls_a_day": "500"})
    html = client.get("/admin/networks/").content.decode()
    assert "/ 500" in html and day.isoformat() in html and accounts.from_account("fake") == {"TOKEN": "x"}
    page = client.get("/admin/networks/fake/").content.decode()
    assert f'value="{day.isoformat()}"' in page and 'value="500"' in page
    client.post("/admin/networks/fake/", {"TOKEN": "y", "runs_out": day.isoformat(), "calls_a_day": "500"})
    assert Account.objects.get().authorised_until is not None, "what was not changed stays"
    client.post("/admin/networks/fake/", {"runs_out": "", "calls_a_day": ""})
    assert Account.objects.get().authorised_until is None and api.state("fake").calls_a_day is None


@pytest.mark.parametrize(("days", "told"), [(8, False), (6.9, True), (-1, True)])
def test_the_end_of_an_authorisation_is_told_a_week_ahead_on_the_page_and_by_letter(network, days, told):
    account = accounts.save_credentials("fake", {"TOKEN": "x"})
    Account.objects.filter(pk=account.pk).update(authorised_until=timezone.now() + timedelta(days=days))
    assert bool(row().warnings) is told
    assert any("假店" in sentence for sentence in needs()) is told
    states.switch("fake", False)
    assert not any("假店" in sentence for sentence in needs()), "who is switched off waits for nobody"


def test_a_token_that_renews_itself_is_told_of_only_when_it_does_not(network, monkeypatch):
    account = accounts.save_credentials("fake", {"TOKEN": "x"})
    account.expires_at = timezone.now() + timedelta(days=1)
    assert len(expiry.of_account(account, timezone.now())) == 1
    monkeypatch.setattr(expiry.renewal, "can_renew", lambda _account: True)
    assert expiry.of_account(account, timezone.now()) == []
    account.spent, account.renewal_kind = "x", "unavailable"
    assert len(expiry.of_account(account, timezone.now())) == 2


def test_the_page_asks_as_much_for_many_networks_as_for_one(client, django_assert_max_num_queries):
    """All real networks, each with an account and a failure."""
    log_in(client, *ALL)
    for state in states.states():
        accounts.save_credentials(state.network, {"APP_KEY": "x"})
        tally.note(state.network, Unavailable("Down."))
    with django_assert_max_num_queries(6):
        assert len(listing.rows()) == len(states.states()) > 8


def test_old_counts_and_failures_are_over(network):
    tally.note("fake", Unavailable("Down."))
    now = timezone.now()
    assert not tally.old_days(now + timedelta(days=89)) and tally.old_days(now + timedelta(days=92))
    assert not tally.old_faults(now + timedelta(days=6)) and tally.old_faults(now + timedelta(days=8))
    assert CallFault.objects.count() == CallDay.objects.count() == 1
