"""Where configuration comes from, and that secrets go nowhere."""

from __future__ import annotations

import json
import logging

import httpx
import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from affiliate.connections import accounts, api
from affiliate.connections.models import Account, Merchant
from affiliate.networks.errors import BadInput, Reauthorise, Unavailable

pytestmark = pytest.mark.django_db
SECRET = "very-secret-9482"


def test_the_environment_wins_over_the_admin_key_by_key(network):
    accounts.save_credentials("fake", {"APP_KEY": "from-admin", "TOKEN": "token-from-admin"})
    config = api.adapter("fake").config
    assert config == {"APP_KEY": "key", "APP_SECRET": "fake-secret-7731", "TOKEN": "token-from-admin"}


def test_a_gateway_in_the_environment_reaches_the_adapter(network, settings):
    settings.NETWORK_ENVIRONMENT["NETWORK_FAKE_GATEWAY"] = "http://127.0.0.1:9"
    assert api.adapter("fake").config["GATEWAY"] == "http://127.0.0.1:9"


def test_recognisers_hold_no_secret(network):
    accounts.save_credentials("fake", {"APP_SECRET": SECRET})
    for adapter in api.recognisers():
        assert SECRET not in str(adapter.config) and "fake-secret-7731" not in str(adapter.config)
        assert adapter.recognise("fake:1") or adapter.slug == "dumb"


def test_an_empty_entry_keeps_the_kept_value_and_forgetting_removes_it(network):
    accounts.save_credentials("fake", {"APP_KEY": "a", "TOKEN": "b"})
    accounts.save_credentials("fake", {"APP_KEY": "", "TOKEN": ""})
    assert accounts.from_account("fake") == {"APP_KEY": "a", "TOKEN": "b"}
    accounts.save_credentials("fake", {}, forget=("TOKEN",))
    assert accounts.from_account("fake") == {"APP_KEY": "a"}


def test_credentials_are_ciphertext_in_the_database(network):
    accounts.save_credentials("fake", {"APP_SECRET": SECRET})
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM connections_account")
        (stored,) = cursor.fetchone()
    assert stored and SECRET not in stored


def test_a_new_first_key_still_reads_what_the_old_one_wrote(network, settings):
    accounts.save_credentials("fake", {"APP_SECRET": SECRET})
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    assert accounts.from_account("fake") == {"APP_SECRET": SECRET}


def test_credentials_that_no_key_reads_say_what_to_do(network, settings):
    accounts.save_credentials("fake", {"APP_SECRET": SECRET})
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Reauthorise, match="enter the credentials again"):
        api.adapter("fake")
    assert not api.is_configured("fake")


def test_an_unknown_network_is_refused_by_name(network):
    with pytest.raises(BadInput, match="no network 'nope'"):
        api.adapter("nope")
    assert api.exit_hosts("nope") == () and not api.is_on("nope")


def test_no_secret_reaches_the_log_when_a_call_fails(network, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    accounts.save_credentials("fake", {"TOKEN": SECRET})
    adapter = api.adapter("fake", deadline=2)
    broken = httpx.Client(transport=httpx.MockTransport(lambda _request: httpx.Response(503)))
    monkeypatch.setattr(adapter.transport, "_client", broken)
    with pytest.raises(Unavailable):
        adapter.transport.request(
            "POST", "https://fake.test/api?app_secret=fake-secret-7731", operation="x", data={"token": SECRET}
        )
    everything = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in everything and "fake-secret-7731" not in everything


def test_no_secret_is_in_what_commands_print(network, capsys):
    accounts.save_credentials("fake", {"TOKEN": SECRET})
    call_command("check_networks", "--json")
    call_command("check_networks")
    printed = capsys.readouterr().out
    assert SECRET not in printed and "fake-secret-7731" not in printed
    assert SECRET not in repr(Account.objects.get()) + str(Account.objects.get())


def test_check_networks_says_how_each_stands(network, capsys):
    call_command("check_networks", "--json")
    rows = {row["network"]: row for row in json.loads(capsys.readouterr().out)["networks"]}
    assert rows["fake"]["ok"] is True and rows["fake"]["configured"] is True
    network.error = Reauthorise("The key has run out.", network="fake")
    with pytest.raises(SystemExit) as caught:
        call_command("check_networks", "--json")
    assert caught.value.code == 1
    row = json.loads(capsys.readouterr().out)["networks"][0]
    assert row["error"] == {"kind": "reauthorise", "message": "The key has run out.", "retry_at": None}


def test_check_networks_names_missing_credentials_without_failing(network, settings, capsys):
    settings.NETWORK_ENVIRONMENT = {}
    call_command("check_networks", "--json")
    row = json.loads(capsys.readouterr().out)["networks"][0]
    assert (row["ok"], row["missing"]) == (None, ["APP_KEY", "APP_SECRET"])


def test_check_networks_refuses_an_unknown_network(network, capsys):
    with pytest.raises(SystemExit):
        call_command("check_networks", "--network", "nope", "--json")
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "bad_input"


def test_only_active_merchants_are_handed_to_the_adapter():
    Merchant.objects.create(slug="farm", name="农场", hosts=" Farm.test , www.farm.test", link_template="{url}")
    Merchant.objects.create(slug="gone", name="旧店", hosts="gone.test", link_template="{url}", active=False)
    (row,) = accounts.merchants()
    assert row["slug"] == "farm" and row["hosts"] == ["farm.test", "www.farm.test"]
    assert "secret" not in row
