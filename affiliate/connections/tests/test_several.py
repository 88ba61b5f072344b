"""Several accounts of one network: one default, credentials that do not mix, and a rate limit for each."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from affiliate.connections import accounts, api, expiry, renewal, roster, slots
from affiliate.connections.models import Account
from affiliate.connections.signals import accounts_changed
from affiliate.networks.errors import BadInput, Reauthorise, Unavailable, Wait
from config.mail.digest import needs

pytestmark = pytest.mark.django_db
MINE = {"APP_KEY": "mine", "APP_SECRET": "secret-of-mine"}
OTHERS = {"APP_KEY": "other", "APP_SECRET": "secret-of-other"}


@pytest.fixture
def second(network, settings):
    """The fake network with two connected accounts, both entered in the admin."""
    settings.NETWORK_ENVIRONMENT = {}
    accounts.save_credentials("fake", MINE)
    roster.add("fake", "second")
    return accounts.save_credentials("fake", OTHERS, account="second")


def default() -> str:
    return api.account_names("fake")[0]


def test_each_account_is_called_with_its_own_credentials(second):
    assert api.account_names("fake") == ["default", "second"]
    assert api.adapter("fake").config == MINE and api.adapter("fake", account="second").config == OTHERS
    with pytest.raises(BadInput, match="no account third at fake. There are: default, second"):
        api.adapter("fake", account="third")


def test_the_environment_speaks_of_the_default_account_alone_except_for_addresses(second, settings):
    settings.NETWORK_ENVIRONMENT = {"NETWORK_FAKE_APP_KEY": "key", "NETWORK_FAKE_GATEWAY": "http://127.0.0.1:9"}
    assert api.adapter("fake").config == {**MINE, "APP_KEY": "key", "GATEWAY": "http://127.0.0.1:9"}
    assert api.adapter("fake", account="second").config == {**OTHERS, "GATEWAY": "http://127.0.0.1:9"}
    accounts.save_credentials("fake", {}, forget=("APP_KEY",), account="second")
    assert not api.is_configured("fake", "second") and api.is_configured("fake")


def test_the_first_account_stays_the_default_where_only_the_environment_spoke_of_it(network):
    roster.add("fake", "second")
    assert api.account_names("fake") == ["default", "second"] and api.is_configured("fake")


def test_the_database_admits_one_default_and_one_account_of_a_name(second):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(name="second").update(is_default=True)
    with pytest.raises(BadInput):
        roster.add("fake", "second")
    with pytest.raises(BadInput, match="needs no account"):
        roster.add("dumb", "second")


def test_another_account_becomes_the_default_and_whoever_made_links_is_told(second, django_capture_on_commit_callbacks):
    told = []
    listen = lambda network, **_kwargs: told.append(network)  # noqa: E731
    accounts_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        roster.make_default("fake", "second")
        roster.make_default("fake", "second")
    assert default() == "second" and api.adapter("fake").config == OTHERS
    assert Account.objects.filter(is_default=True).count() == 1 and told == ["fake"]


def test_an_account_that_could_make_no_links_does_not_become_the_default(second, settings):
    roster.add("fake", "empty")
    with pytest.raises(BadInput, match="are missing"):
        roster.make_default("fake", "empty")
    settings.NETWORK_ENVIRONMENT = {"NETWORK_FAKE_APP_KEY": "key"}
    with pytest.raises(BadInput, match="environment"):
        roster.make_default("fake", "second")
    with pytest.raises(BadInput, match="not there any more"):
        roster.make_default("fake", "gone")
    assert default() == "default"


def test_only_an_account_that_is_not_the_default_is_removed(second):
    with pytest.raises(BadInput, match="Make another the default first"):
        roster.remove("fake", "default")
    roster.remove("fake", "second")
    assert api.account_names("fake") == ["default"]


def test_accounts_at_other_applications_have_a_rate_limit_of_their_own(second, monkeypatch):
    monkeypatch.setattr(slots, "in_callers_transaction", lambda: False)
    guards = [api.adapter("fake", account=name).transport.guard for name in ("default", "second")]
    for guard in guards:
        guard.before("fake", "lookup", 0.1, 1.0)
    for guard in guards:
        with pytest.raises(Wait) as caught:
            guard.before("fake", "lookup", 0.1, 1.0)
        assert caught.value.network == "fake"
    until = timezone.now() + timedelta(minutes=5)
    guards[0].after("fake", "search", Wait("slow down", retry_at=until), 0.1)
    guards[1].before("fake", "search", 0.1, 1.0)


def test_accounts_that_call_with_one_application_share_its_rate_limit(second, monkeypatch):
    monkeypatch.setattr(slots, "in_callers_transaction", lambda: False)
    accounts.save_credentials("fake", {"APP_KEY": "mine"}, account="second")
    api.adapter("fake").transport.guard.before("fake", "lookup", 0.1, 1.0)
    with pytest.raises(Wait):
        api.adapter("fake", account="second").transport.guard.before("fake", "lookup", 0.1, 1.0)


def test_what_runs_out_is_told_by_the_accounts_name(second):
    Account.objects.filter(name="second").update(authorised_until=timezone.now() + timedelta(days=6))
    (sentence,) = expiry.warnings()["fake"]
    assert "假店 / second" in sentence


def test_refused_credentials_are_told_of_the_account_whose_they_are_until_a_call_goes_well(second, monkeypatch):
    monkeypatch.setattr(slots, "in_callers_transaction", lambda: False)
    first, other = (api.adapter("fake", account=name).transport.guard for name in ("default", "second"))
    for error in (Reauthorise("Void."), Unavailable("Down.")):
        other.after("fake", "orders", error, 0.1)
        first.after("fake", "orders", None, 0.1)
    assert expiry.warnings()["fake"] == ["假店 / second 不接受我们的凭据，请重新填写。"] == needs()
    other.after("fake", "orders", None, 0.1)
    assert expiry.warnings() == {}
    first.after("fake", "orders", Reauthorise("Void."), 0.1)
    assert needs() == ["假店 不接受我们的凭据，请重新填写。"], "once, though the network's health says so too"
    accounts.save_credentials("fake", {"APP_SECRET": "new"})
    assert expiry.warnings() == {}


def test_tokens_of_the_environment_stop_the_renewal_of_the_default_account_alone(db, settings):
    settings.NETWORK_ENVIRONMENT = {"NETWORK_KUAISHOU_ACCESS_TOKEN": "fixed"}
    first = accounts.save_credentials("kuaishou", {"REFRESH_TOKEN": "a"})
    roster.add("kuaishou", "second")
    other = accounts.save_credentials("kuaishou", {"REFRESH_TOKEN": "b"}, account="second")
    assert (renewal.can_renew(first), renewal.can_renew(other)) == (False, True)


def test_check_networks_asks_with_every_account(second, capsys):
    accounts.save_credentials("fake", {}, forget=("APP_KEY",), account="second")
    call_command("check_networks", "--json")
    rows = {row["account"]: row for row in json.loads(capsys.readouterr().out)["networks"] if row["network"] == "fake"}
    assert (rows["default"]["ok"], rows["second"]["ok"], rows["second"]["missing"]) == (True, None, ["APP_KEY"])
    call_command("check_networks")
    lines = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    assert ["fake", "on", "connected"] in lines and ["fake/second", "on", "missing"] in lines
