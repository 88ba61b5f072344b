"""Tokens: fetched where none is given, kept, renewed by either way, never asked for twice where asking uses them up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from affiliate.networks.errors import NetworkError, Off, Reauthorise
from affiliate.networks.tests.gateways.youzan import CLIENT_ID, SHOP, YouzanGateway
from affiliate.networks.transport import Transport
from affiliate.networks.youzan.adapter import YouzanAdapter
from affiliate.networks.youzan.client import expiry

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def connected(gateway: YouzanGateway, **changes: str) -> YouzanAdapter:
    transport = Transport("youzan", deadline=2, calls_per_second=1000)
    return YouzanAdapter(gateway.config | changes, transport, now=lambda: datetime.now(UTC))


def test_without_a_token_one_is_fetched_once_and_kept(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    youzan.check()
    youzan.search("蜂蜜")
    asked = gateway.bodies("auth.token")
    assert [(body["authorize_type"], body["grant_id"], body["refresh"]) for body in asked] == [
        ("silent", "1984620", False)
    ]


def test_a_token_that_is_given_is_used_as_it_is(gateway: YouzanGateway) -> None:
    connected(gateway, ACCESS_TOKEN="token-0").check()
    assert gateway.bodies("auth.token") == []


def test_a_token_that_ran_out_asks_to_be_renewed(gateway: YouzanGateway) -> None:
    with pytest.raises(Reauthorise, match="Renew the token"):
        connected(gateway, ACCESS_TOKEN="old").check()


def test_wrong_credentials_are_named(gateway: YouzanGateway) -> None:
    with pytest.raises(Reauthorise, match="CLIENT_SECRET"):
        connected(gateway, CLIENT_SECRET="wrong").check()


def test_renewing_silently_gives_a_token_and_when_it_runs_out(gateway: YouzanGateway) -> None:
    gateway.expires = int((datetime.now(UTC) + timedelta(days=7)).timestamp() * 1000)
    fresh = connected(gateway).renew()
    assert fresh.values == {"ACCESS_TOKEN": "token-1"}
    assert abs(fresh.expires_at.timestamp() * 1000 - gateway.expires) < 1
    connected(gateway, **fresh.values).check()


def test_renewing_with_a_refresh_token_gives_both(gateway: YouzanGateway) -> None:
    adapter = connected(gateway, REFRESH_TOKEN="refresh-0")
    assert adapter.renew().values == {"ACCESS_TOKEN": "token-1", "REFRESH_TOKEN": "refresh-2"}
    with pytest.raises(Reauthorise):
        adapter.renew()


@pytest.mark.parametrize("refresh", ["", "refresh-0"])
@pytest.mark.parametrize("fault", ["http_500", "reset", "http_429"])
def test_renewing_is_never_tried_twice(gateway: YouzanGateway, fault: str, refresh: str) -> None:
    gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        connected(gateway, REFRESH_TOKEN=refresh).renew()
    assert gateway.faults == []
    assert len(gateway.bodies("auth.token")) <= 1


def test_the_owner_of_a_shop_is_sent_to_youzans_page_with_the_state(gateway: YouzanGateway) -> None:
    url = urlsplit(connected(gateway, GRANT_ID="").authorise_url("st/ate", "https://site.example/back"))
    assert (url.scheme, url.netloc) == ("https", "diy.youzanyun.com")
    assert parse_qs(url.query) == {"client_id": [CLIENT_ID], "state": ["st/ate"]}
    with pytest.raises(Off, match="CLIENT_SECRET"):
        connected(gateway, CLIENT_SECRET="").authorise_url("x", "https://site.example/back")


def test_a_code_gives_both_tokens_and_the_shop_and_counts_once(gateway: YouzanGateway) -> None:
    gateway.codes.append("good-code")
    adapter = connected(gateway, GRANT_ID="")
    fresh = adapter.exchange("good-code", "https://site.example/back")
    assert fresh.values == {"ACCESS_TOKEN": "token-1", "REFRESH_TOKEN": "refresh-2", "GRANT_ID": SHOP}
    assert fresh.expires_at > datetime.now(UTC) + timedelta(days=6)
    connected(gateway, **fresh.values).check()
    with pytest.raises(Reauthorise, match="counts once, and for two minutes"):
        adapter.exchange("good-code", "https://site.example/back")


def test_the_tokens_of_another_shop_are_not_taken(gateway: YouzanGateway) -> None:
    gateway.codes.append("good-code")
    with pytest.raises(Reauthorise, match="Another shop than GRANT_ID"):
        connected(gateway, GRANT_ID="77").exchange("good-code", "https://site.example/back")


@pytest.mark.parametrize("fault", ["http_500", "reset", "http_429"])
def test_a_code_is_never_sent_twice(gateway: YouzanGateway, fault: str) -> None:
    gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        connected(gateway).exchange("good-code", "https://site.example/back")
    assert gateway.faults == [] and len(gateway.bodies("auth.token")) <= 1


@pytest.mark.parametrize("key", ["CLIENT_ID", "CLIENT_SECRET", "GRANT_ID"])
def test_what_is_missing_for_renewal_is_named(gateway: YouzanGateway, key: str) -> None:
    with pytest.raises(Reauthorise, match=key):
        connected(gateway, **{key: ""}).renew()


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (int((NOW + timedelta(days=7)).timestamp() * 1000), timedelta(days=7)),
        (int((NOW + timedelta(days=7)).timestamp()), timedelta(days=7)),
        ("604800", timedelta(days=7)),
        (1, timedelta(minutes=10)),
        (4_102_444_800_000, timedelta(days=30)),
        (None, timedelta(hours=2)),
        ("soon", timedelta(hours=2)),
        (10**30, timedelta(hours=2)),
        (-5, timedelta(hours=2)),
    ],
)
def test_a_life_is_read_as_milliseconds_seconds_or_a_length(said: object, left: timedelta) -> None:
    assert expiry(said, NOW) == NOW + left
