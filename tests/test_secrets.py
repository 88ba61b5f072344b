"""Planted secrets are looked for in every page of the admin, in everything that is logged at DEBUG, and in what
commands print.
"""

from __future__ import annotations

import logging
import re
from html import unescape

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from affiliate.connections import accounts, api
from affiliate.connections.models import Merchant
from affiliate.networks.errors import NetworkError
from affiliate.networks.tests.gateways import jd as jd_gateway
from affiliate.networks.types import ItemRef
from affiliate.people.models import User
from content.moderation.api import ensure_roles, ensure_site

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]

PLANTED = {
    "an account in the admin": "planted-account-7120",
    "a credential of the environment": "planted-environment-7121",
    "a merchant's secret": "planted-merchant-7122",
    "a merchant's secret in the environment": "planted-merchant-7123",
    "SECRET_KEY": "planted-signing-key-7124-" + "x" * 40,
    "the mail server's password": "planted-mail-7125",
    "the database's password": "planted-database-7126",
    "a login's password": "planted-password-7127",
}
LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')
NEVER = re.compile(
    r"/(failwhale|logout|delete|unpublish|lock|unlock|move|copy|locale|language|sprite|jsi18n)|\.(js|css)$"
)
MOST_PAGES = 400


@pytest.fixture
def planted(settings, monkeypatch, db):
    """A site that holds a secret of every kind."""
    settings.SECRET_KEY = PLANTED["SECRET_KEY"]
    settings.EMAIL_HOST_PASSWORD = PLANTED["the mail server's password"]
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", PLANTED["the database's password"])
    settings.NETWORK_ENVIRONMENT = {
        "NETWORK_JD_APP_SECRET": PLANTED["a credential of the environment"],
        "NETWORK_DIRECT_PLOT_SECRET": PLANTED["a merchant's secret in the environment"],
    }
    ensure_site()
    ensure_roles()
    accounts.save_credentials(
        "jd", {"APP_KEY": "k" * 32, "SITE_ID": "4000000001", "ACCESS_TOKEN": PLANTED["an account in the admin"]}
    )
    Merchant.objects.create(
        slug="plot",
        name="小园",
        hosts="plot.test",
        link_template="{url}",
        secret={"current": PLANTED["a merchant's secret"]},
    )
    User.objects.create_superuser("root", password=PLANTED["a login's password"])
    return settings


def found_in(text: str) -> list[str]:
    keys = {f"encryption key {n}": key for n, key in enumerate(django_settings.ENCRYPTION_KEYS)}
    return [name for name, secret in (PLANTED | keys).items() if secret in text]


def plain_addresses(patterns, prefix: str = "/") -> list[str]:
    """Every address of the admin that takes no argument."""
    found = []
    for one in patterns:
        route = prefix + str(one.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        if isinstance(one, URLResolver):
            found += plain_addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and not re.search(r"[<(\[\\]", route):
            found.append(route)
    return [address for address in found if address.startswith("/admin/")]


# Wagtail leaves the temporary file of a rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_secret_is_on_any_page_of_the_admin_nor_in_the_log(planted, client, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    client.post("/admin/login/", {"username": "root", "password": PLANTED["a login's password"]})
    waiting = ["/admin/", *plain_addresses(get_resolver().url_patterns)]
    seen: set[str] = set()
    shapes: dict[str, int] = {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        # Of pages that differ by a number alone, three.
        shape = re.sub(r"\d+|[0-9a-f-]{36}", "0", address.partition("?")[0])
        if address in seen or NEVER.search(address) or shapes.get(shape, 0) >= 3:
            continue
        seen.add(address)
        shapes[shape] = shapes.get(shape, 0) + 1
        answer = client.get(address)
        if answer.status_code != 200 or answer.streaming:
            continue
        html = answer.content.decode("utf-8", "replace")
        assert found_in(html) == [], address
        waiting += [link for link in map(unescape, LINK.findall(html)) if link.startswith("/admin/")]
    assert {"/admin/networks/", "/admin/networks/jd/", "/admin/merchants/", "/admin/users/"} <= seen and len(seen) > 60
    assert any(re.fullmatch(r"/admin/merchants/edit/\d+/", address) for address in seen)
    for page in ("/", "/admin/networks/nope/", "/postback/direct/"):
        assert found_in(client.get(page).content.decode()) == []
    printed = capfd.readouterr()
    assert found_in(logged(caplog) + printed.out + printed.err) == []


def test_no_secret_is_logged_when_networks_are_called_and_fail(planted, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with jd_gateway.running() as jd:
        jd.add_item()
        planted.NETWORK_ENVIRONMENT["NETWORK_JD_GATEWAY"] = jd.url
        for fault in ("", "http_429", "not_json", "http_500"):
            jd.misbehave(fault)
            with pytest.raises(NetworkError):
                api.adapter("jd", force=True, deadline=2).lookup(ItemRef("jd", str(jd_gateway.DEFAULT_ITEM)))
        assert jd.calls is not None
    for command in (["check_networks", "--json"], ["rotate_keys"], ["stats"], ["prune", "--dry-run"]):
        try:
            call_command(*command)
        except SystemExit:
            continue
    printed = capfd.readouterr()
    text = logged(caplog)
    assert "httpcore" not in {record.name.partition(".")[0] for record in caplog.records}
    assert found_in(text + printed.out + printed.err) == []


def test_a_form_that_is_sent_back_holds_no_secret(planted, client):
    client.force_login(User.objects.get(username="root"))
    typed = "planted-typed-7130"
    answer = client.post("/admin/networks/jd/", {"APP_SECRET": typed + "x" * 3000, "ACCESS_TOKEN": typed})
    assert answer.status_code == 200 and typed not in answer.content.decode()


def test_a_key_that_cannot_be_used_is_reported_without_being_shown(settings):
    from config import checks

    settings.ENCRYPTION_KEYS = ["planted-short-key", Fernet.generate_key().decode()]
    said = str(checks.encryption_keys_are_usable(None))
    assert "1 of ENCRYPTION_KEYS" in said and "planted-short-key" not in said


def logged(caplog) -> str:
    return caplog.text + "\n".join(str(vars(record)) for record in caplog.records)
