"""Tokens are renewed in time, each refresh token is sent once, and what went wrong waits for a person."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from affiliate.connections import accounts, adapters, renewal
from affiliate.connections.models import Account, CallDay, CallSlot, NetworkState
from affiliate.networks import registry
from affiliate.networks.adapter import Renewal
from affiliate.networks.errors import Reauthorise, Unavailable, Wait
from affiliate.networks.tests.gateways import kuaishou
from config.models import NetworkCalls

KEYS = ("APP_KEY", "APP_SECRET", "SIGN_SECRET", "ACCESS_TOKEN", "REFRESH_TOKEN", "CPS_PID")


@pytest.fixture
def gateway(settings):
    with kuaishou.running() as found:
        settings.NETWORK_ENVIRONMENT = {"NETWORK_KUAISHOU_GATEWAY": found.url}
        yield found


def connected(gateway) -> Account:
    return accounts.save_credentials("kuaishou", {key: gateway.config[key] for key in KEYS})


@pytest.fixture
def account(db, gateway):
    return connected(gateway)


def now_is(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def age(account: Account, **values: object) -> None:
    Account.objects.filter(pk=account.pk).update(**values)


def test_tokens_of_unknown_age_are_renewed_at_once_and_then_rest(account, gateway):
    assert renewal.renew_due() == 1
    kept = now_is(account)
    assert kept.credentials["REFRESH_TOKEN"] == "refresh-1" and kept.credentials["SIGN_SECRET"] == kuaishou.SIGN_SECRET
    assert (kept.spent, kept.lease_until, kept.renewal_kind) == ("", None, "")
    assert renewal.renew_due() == 0 and gateway.renewals == 1


def test_half_of_a_short_life_is_lived_before_renewal_and_a_long_one_ends_a_week_ahead(account):
    now = timezone.now()
    account.renewed_at, account.expires_at = now, now + timedelta(days=2)
    assert renewal.due_at(account) == now + timedelta(days=1)
    account.expires_at = now + timedelta(days=365)
    assert renewal.due_at(account) == now + timedelta(days=358)


def test_when_half_is_over_the_next_ones_are_fetched(account, gateway):
    renewal.renew_due()
    now = timezone.now()
    age(account, renewed_at=now - timedelta(days=2), expires_at=now + timedelta(days=1))
    assert renewal.renew_due() == 1 and now_is(account).credentials["REFRESH_TOKEN"] == "refresh-2"


def test_a_worker_that_died_over_the_answer_does_not_let_the_token_be_sent_again(account, gateway, monkeypatch):
    """The network has given new tokens, and the process ends before they are kept."""

    def dies(*_args: object) -> bool:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(renewal, "_kept", dies)
        with pytest.raises(SystemExit):
            renewal.renew_due()
    assert renewal.renew_due() == 0, "the lease stands"
    age(account, lease_until=timezone.now() - timedelta(seconds=1))
    assert renewal.renew_due() == 0 and renewal.renew_due() == 0 and gateway.renewals == 1
    stuck = now_is(account)
    assert stuck.renewal_kind == renewal.UNCLEAR and renewal.is_stuck(stuck)
    assert stuck.credentials["ACCESS_TOKEN"] == "access-0", "the old token is still used"


def test_an_operator_may_insist_and_what_he_enters_lets_it_begin_anew(account, gateway):
    age(account, spent=renewal.digest_of("refresh-0"), renewal_kind=renewal.UNCLEAR)
    assert renewal.renew_due() == 0 and gateway.renewals == 0
    assert renewal.renew(account.pk, insist=True) and gateway.renewals == 1
    age(account, spent="x", renewal_kind="reauthorise", expires_at=timezone.now())
    connected(gateway)
    assert now_is(account).renewal_kind == "" and now_is(account).expires_at is None
    assert renewal.renew_due() == 1


def test_a_database_that_is_away_for_a_moment_loses_no_answer(account, monkeypatch):
    keep, failures = accounts.keep_tokens, [DatabaseError("away"), DatabaseError("away")]

    def fails_twice(*args: object) -> None:
        if failures:
            raise failures.pop()
        keep(*args)

    monkeypatch.setattr(accounts, "keep_tokens", fails_twice)
    monkeypatch.setattr(renewal, "BETWEEN_WRITES", 0)
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    assert renewal.renew_due() == 1 and now_is(account).credentials["REFRESH_TOKEN"] == "refresh-1"


@pytest.mark.parametrize(
    ("error", "sent_again"),
    [
        (Wait("Too often."), True),
        (Unavailable("Cannot be reached.", code="connect"), True),
        (Unavailable("Broke off.", code="broken_off"), False),
        (Reauthorise("The token is void."), False),
    ],
)
def test_only_a_token_that_cannot_have_been_used_is_sent_again(account, monkeypatch, error, sent_again):
    asked = []

    class Failing:
        def renew(self) -> Renewal:
            asked.append(1)
            raise error

    monkeypatch.setattr(adapters, "adapter_with", lambda *_args, **_kwargs: Failing())
    for _turn in range(2):
        assert renewal.renew_due() == 0
        Account.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert len(asked) == (2 if sent_again else 1)
    assert now_is(account).renewal_kind == error.kind and renewal.is_stuck(now_is(account)) is not sent_again


def test_what_an_operator_entered_meanwhile_is_not_written_over(account, gateway):
    claimed = renewal._claim(account.pk, insist=False)
    accounts.save_credentials("kuaishou", {"ACCESS_TOKEN": "mine", "REFRESH_TOKEN": "mine-too"})
    fresh = Renewal({"ACCESS_TOKEN": "late", "REFRESH_TOKEN": "late"}, timezone.now())
    assert not renewal._kept(account.pk, claimed.spent, fresh)
    assert now_is(account).credentials["REFRESH_TOKEN"] == "mine-too"


def test_what_an_operator_entered_beside_the_tokens_meanwhile_is_kept(account):
    claimed = renewal._claim(account.pk, insist=False)
    age(account, credentials={**claimed.credentials, "CPS_PID": "ks_other"})
    fresh = Renewal({"ACCESS_TOKEN": "a", "REFRESH_TOKEN": "b"}, timezone.now())
    assert renewal._kept(account.pk, claimed.spent, fresh)
    assert now_is(account).credentials["CPS_PID"] == "ks_other"


def test_tokens_of_the_environment_are_left_alone(account, gateway, settings):
    settings.NETWORK_ENVIRONMENT |= {"NETWORK_KUAISHOU_REFRESH_TOKEN": "refresh-0"}
    assert renewal.renew_due() == 0 and gateway.renewals == 0


def test_workers_at_once_spend_a_refresh_token_once(django_db_setup, django_db_blocker, gateway):
    """Six threads with connections of their own, outside any transaction, against a gateway that counts."""
    start, results, errors = threading.Barrier(6), [], []

    def work(pk: int) -> None:
        try:
            start.wait(20)
            results.append(renewal.renew(pk))
        except Exception as exc:  # noqa: BLE001 - shown by the assertion
            errors.append(exc)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        account = connected(gateway)
        try:
            threads = [threading.Thread(target=work, args=(account.pk,)) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            kept = now_is(account).credentials
        finally:
            for model in (Account, NetworkState, NetworkCalls, CallDay):
                model.objects.filter(network="kuaishou").delete()
            CallSlot.objects.filter(key__startswith="kuaishou:").delete()
    assert not errors and sorted(results) == [False] * 5 + [True]
    assert gateway.renewals == 1 and kept["REFRESH_TOKEN"] == "refresh-1"


def test_the_schedule_runs_the_renewal():
    from config.worker.schedule import collect

    assert collect()["connections.renew_tokens"] == (300, renewal.renew_due)
    assert registry.adapter_class("kuaishou").capabilities.renews
