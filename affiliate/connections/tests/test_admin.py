"""Networks and merchants in the admin: what works, who may, and that no secret is on any page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone

from affiliate.connections import accounts, api, breaker
from affiliate.connections.models import Merchant
from affiliate.networks.errors import Unavailable, Wait

pytestmark = pytest.mark.django_db

SECRET = "very-secret-9482"
ALL = [
    "connections.view_networkstate", "connections.change_networkstate", "connections.change_account",
    "connections.view_merchant", "connections.add_merchant", "connections.change_merchant",
]  # fmt: skip
MERCHANT = {
    "name": "农场",
    "slug": "farm",
    "hosts": "farm.test, www.farm.test",
    "link_template": "https://farm.test/p/{item_id}?ref={token}",
    "item_url_pattern": r"/p/(?P<id>\d+)",
    "currency": "CNY",
    "commission_rate_bp": "800",
    "window_days": "30",
    "code_rule": "code",
    "active": "on",
}


def log_in(client, *permissions: str) -> None:
    users = get_user_model().objects
    user = users.create_user(f"user{users.count()}")
    for name in ("wagtailadmin.access_admin", *permissions):
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(user)


@pytest.fixture
def operator(client):
    log_in(client, *ALL)
    return client


def test_the_page_shows_every_network_and_no_secret(operator, network):
    accounts.save_credentials("fake", {"TOKEN": SECRET})
    for page in ("/admin/networks/", "/admin/networks/fake/", "/admin/"):
        html = operator.get(page).content.decode()
        assert SECRET not in html and "fake-secret-7731" not in html
    assert "假店" in operator.get("/admin/networks/").content.decode()


def test_credentials_are_entered_and_never_come_back(operator, network, settings):
    settings.NETWORK_ENVIRONMENT = {}
    answer = operator.post("/admin/networks/fake/", {"APP_KEY": "k", "APP_SECRET": SECRET, "TOKEN": ""})
    assert answer.status_code == 302 and api.is_configured("fake")
    page = operator.get("/admin/networks/fake/")
    assert SECRET not in page.content.decode() and "no-store" in page["Cache-Control"]
    operator.post("/admin/networks/fake/", {"APP_KEY": "", "APP_SECRET": "", "forget": ["APP_KEY"]})
    assert accounts.from_account("fake") == {"APP_SECRET": SECRET}
    refused = operator.post("/admin/networks/fake/", {"APP_SECRET": "x" * 3000, "TOKEN": SECRET})
    assert SECRET not in refused.content.decode()


def test_the_switch_works(operator, network):
    operator.post("/admin/networks/fake/switch/", {"on": "0"})
    assert not api.is_on("fake")
    operator.post("/admin/networks/fake/switch/", {"on": "1"})
    assert api.is_on("fake")
    assert operator.get("/admin/networks/fake/switch/").status_code == 405


def test_test_now_says_what_happened(operator, network):
    html = operator.post("/admin/networks/fake/test/", follow=True).content.decode()
    assert "假店" in html
    network.error = Unavailable("Down for repairs.", network="fake")
    assert "Down for repairs." in operator.post("/admin/networks/fake/test/", follow=True).content.decode()


def test_a_chinese_operator_reads_what_failed_in_chinese_with_the_networks_own_words(operator, network):
    sentence, chinese = "The network is busy. Try again later.", "对方繁忙，请稍后再试。"
    breaker.record("fake", Unavailable(sentence, code="2002500", detail="京东服务异常"))
    html = operator.get("/admin/networks/").content.decode()
    assert "没有应答" in html
    assert f"{chinese} 2002500 京东服务异常" in html
    network.error = Unavailable(sentence, network="fake", code="2002500")
    assert f"{chinese} 2002500" in operator.post("/admin/networks/fake/test/", follow=True).content.decode()


def test_who_must_wait_long_is_told_until_when(operator, network):
    sentence = "The network's rate limit is used up for now. Try again a little later."
    network.error = Wait(sentence, network="fake", retry_at=timezone.now() + timedelta(seconds=2))
    assert "之前不再打扰" not in operator.post("/admin/networks/fake/test/", follow=True).content.decode()
    until = timezone.now() + timedelta(hours=1)
    network.error = Wait(sentence, network="fake", retry_at=until)
    html = operator.post("/admin/networks/fake/test/", follow=True).content.decode()
    assert (
        f"假店：这个联盟的调用次数暂时用完了，请稍后再试。 {timezone.localtime(until):%Y-%m-%d %H:%M} 之前不再打扰。"
        in html
    )


@pytest.mark.parametrize("address", ["/admin/networks/nope/", "/admin/networks/nope/switch/"])
def test_an_unknown_network_is_not_there(operator, network, address):
    assert operator.post(address).status_code == 404


def test_who_may_not_is_refused(client, network):
    log_in(client, "people.view_commission")
    merchant = Merchant.objects.create(slug="farm", name="农场", hosts="farm.test", link_template="{url}")
    for address in ("/admin/networks/", "/admin/networks/fake/", f"/admin/networks/merchant/{merchant.pk}/secret/"):
        assert client.get(address).status_code in (302, 403)
    for address in ("/admin/networks/fake/switch/", "/admin/networks/fake/test/"):
        assert client.post(address, {"on": "0"}).status_code in (302, 403)
    assert client.post("/admin/merchants/new/", MERCHANT).status_code in (302, 403)
    assert api.is_on("fake") and Merchant.objects.count() == 1


def test_a_merchants_secret_is_shown_once(operator):
    answer = operator.post("/admin/merchants/new/", MERCHANT)
    merchant = Merchant.objects.get()
    address = f"/admin/networks/merchant/{merchant.pk}/secret/"
    assert answer.status_code == 302 and answer["Location"].endswith(address)
    assert merchant.hosts == "farm.test,www.farm.test"
    made = operator.post(address)
    secret = api.merchant_secret("farm")
    assert secret and secret in made.content.decode() and "no-store" in made["Cache-Control"]
    for page in (address, f"/admin/merchants/edit/{merchant.pk}/", "/admin/merchants/"):
        answer = operator.get(page)
        assert answer.status_code == 200 and secret not in answer.content.decode()


def test_saving_a_merchant_keeps_its_secret(operator):
    merchant = Merchant.objects.create(
        slug="farm", name="农场", hosts="farm.test", link_template="{url}", secret={"current": SECRET}
    )
    operator.post(f"/admin/merchants/edit/{merchant.pk}/", {**MERCHANT, "name": "新农场"})
    assert Merchant.objects.get().name == "新农场" and api.merchant_secret("farm") == SECRET


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": "https://farm.test/"},
        {"hosts": "javascript:alert(1)"},
        {"hosts": ","},
        {"link_template": "https://evil.test/{item_id}"},
        {"link_template": "javascript:{url}"},
        {"link_template": "https://farm.test/p/{item_id}"},
        {"slug": "Farm_1"},
        {"item_url_pattern": "("},
        {"item_url_pattern": r"/p/\d+"},
    ],
)
def test_a_merchant_that_would_lead_anywhere_is_refused(operator, wrong):
    assert operator.post("/admin/merchants/new/", {**MERCHANT, **wrong}).status_code == 200
    assert not Merchant.objects.exists()


def test_the_form_of_a_merchant_says_what_its_fields_want(operator):
    html = operator.get("/admin/merchants/new/").content.decode()
    assert "800 即买家实付金额的 8%" in html and "以后不能修改" in html
    html = operator.post("/admin/merchants/new/", MERCHANT | {"slug": "Tea Shop"}).content.decode()
    assert "请用小写字母、数字和连字符。" in html
