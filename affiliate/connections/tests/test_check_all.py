"""`check_networks` over every real adapter, each against the gateway that plays its network on loopback."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from django.core.management import call_command

from affiliate.connections.models import CallDay
from affiliate.networks import registry
from affiliate.networks.tests import gateways

pytestmark = pytest.mark.django_db
CALLED = {slug for slug in registry.slugs() if registry.adapter_class(slug).credential_keys} | {"demo"}


@pytest.fixture
def all_connected(settings):
    """Every network's gateway, its credentials in the environment as an operator would put them there."""
    with ExitStack() as stack:
        settings.NETWORK_ENVIRONMENT = {
            f"NETWORK_{slug.upper()}_{key}": value
            for slug in registry.slugs()
            for key, value in stack.enter_context(gateways.start(slug)).config.items()
        }
        yield settings.NETWORK_ENVIRONMENT


def table(printed: str) -> dict[str, list[str]]:
    """The lines below the heading, by network."""
    return {line.split()[0]: line.split() for line in printed.splitlines()[1:]}


def test_every_network_that_is_connected_answers_and_stands_in_the_table(
    all_connected, capsys, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("check_networks")
    rows = table(capsys.readouterr().out)
    assert list(rows) == list(registry.slugs())
    assert {slug: row[1:4] for slug, row in rows.items()} == dict.fromkeys(rows, ["on", "connected", "ok"])
    assert all(row[-1] == "s" for row in rows.values()), "seconds that the answer took"
    asked = set(CallDay.objects.filter(outcome="ok").values_list("network", flat=True))
    assert asked >= CALLED, "nobody is called well who was not asked"


def test_a_gateway_that_refuses_and_one_that_is_gone_are_told_apart(all_connected, capsys):
    all_connected["NETWORK_KUAISHOU_ACCESS_TOKEN"] = "run-out"
    all_connected["NETWORK_JD_GATEWAY"] = "http://127.0.0.1:9/"
    del all_connected["NETWORK_VIP_APP_KEY"]
    with pytest.raises(SystemExit) as caught:
        call_command("check_networks")
    assert caught.value.code == 1
    rows = table(capsys.readouterr().out)
    assert rows["kuaishou"][3:5] == ["failed", "reauthorise:"] and rows["jd"][3:5] == ["failed", "unavailable:"]
    assert rows["vip"][2:] == ["missing", "-", "APP_KEY"] and rows["meituan"][3] == "ok"


def test_no_credential_of_any_network_is_printed(all_connected, capsys):
    all_connected["NETWORK_KUAISHOU_ACCESS_TOKEN"] = "run-out-8231"
    for options in ([], ["--json"], ["--no-call", "--json"]):
        if "--no-call" in options:
            call_command("check_networks", *options)
        else:
            with pytest.raises(SystemExit):
                call_command("check_networks", *options)
    printed = capsys.readouterr().out
    values = [v for k, v in all_connected.items() if not k.endswith(("GATEWAY", "PUBLIC_URL")) and len(v) > 6]
    assert [value for value in values if value in printed] == []
    assert json.loads(printed[printed.rindex('{\n  "networks"') :])["networks"][0]["ok"] is None
