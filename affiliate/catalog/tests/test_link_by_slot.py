"""`manage.py link` and the resolver against a network that carries no sub-ID and whose 口令 it alone can read."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from django.core.management import call_command

from affiliate.catalog import resolve as resolving
from affiliate.networks.tests.gateways import taobao as gateways
from affiliate.networks.tests.gateways.taobao import DEFAULT_ITEM, PID, SHORT, TOKEN

pytestmark = pytest.mark.django_db
OTHER = "mm_100000001_200000002_300000004"


@pytest.fixture
def gateway(settings):
    with gateways.running() as running:
        settings.NETWORK_ENVIRONMENT = {f"NETWORK_TAOBAO_{key}": value for key, value in running.config.items()}
        yield running


def link(*words):
    out = io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("link", "taobao", DEFAULT_ITEM, "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def test_without_a_sub_id_the_accounts_own_slot_is_used_and_another_can_be_named(gateway):
    assert (link()["sub_id"], link()["ad_slot"]) == (None, PID)
    assert link("--slot", OTHER)["ad_slot"] == OTHER


@pytest.mark.parametrize("words", [("--sub-id", "a1"), ("--slot", "mm_9_9_9")])
def test_a_sub_id_and_a_foreign_slot_are_bad_input(gateway, words):
    assert link(*words)["error"]["kind"] == "bad_input"


@pytest.mark.parametrize("text", [f"￥{TOKEN}￥", f"【淘宝】{SHORT} CZ0001 「耳机」"])
def test_a_password_and_a_short_link_become_the_item(gateway, text):
    (match,) = resolving.resolve(text, lookup=True)
    assert match.error is None
    assert (match.item.item_id, match.item.final_price_minor) == (DEFAULT_ITEM, 29_900)


def test_a_password_that_may_not_be_parsed_says_why_and_is_never_followed(gateway, monkeypatch):
    gateway.forbidden = {"taobao.tbk.dg.general.link.parse"}
    monkeypatch.setattr(resolving, "make_expander", lambda: pytest.fail("a 口令 was followed"))
    (match,) = resolving.resolve(f"￥{TOKEN}￥", lookup=True)
    assert match.error.kind == "permission"
    assert match.item is not None
