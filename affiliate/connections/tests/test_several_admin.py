"""Several accounts of one network as operators meet them in the admin."""

from __future__ import annotations

import pytest
from django.utils import timezone

from affiliate.connections import accounts, api, roster
from affiliate.connections.models import Account
from affiliate.connections.tests.test_admin import ALL, log_in
from affiliate.connections.tests.test_authorise import BACK, begun, gateway  # noqa: F401 - a fixture
from affiliate.networks.errors import Reauthorise

pytestmark = pytest.mark.django_db
PAGE = "/admin/networks/fake/"
SECRET = "very-secret-7733"


@pytest.fixture
def operator(client, network, settings):
    """Two accounts, of which only the first is connected."""
    settings.NETWORK_ENVIRONMENT = {}
    accounts.save_credentials("fake", {"APP_KEY": "a", "APP_SECRET": SECRET})
    log_in(client, *ALL)
    client.post(f"{PAGE}add/", {"name": " 小程序 "})
    return client


def test_another_account_is_added_and_its_credentials_entered_next(operator):
    account = Account.objects.get(name="小程序")
    assert not account.is_default and api.account_names("fake") == ["default", "小程序"]
    entered = {"account": "小程序", "APP_KEY": "b", "APP_SECRET": SECRET, "runs_out": f"{timezone.localdate()}"}
    answer = operator.post(PAGE, entered, follow=True)
    assert api.adapter("fake", account="小程序").config == {"APP_KEY": "b", "APP_SECRET": SECRET}
    assert api.adapter("fake").config["APP_KEY"] == "a"
    account.refresh_from_db()
    assert account.authorised_until is not None
    assert SECRET not in answer.content.decode() and "小程序" in answer.content.decode()


@pytest.mark.parametrize("name", ["小程序", "default", "", "a\x7fb", "x" * 41])
def test_a_name_that_is_taken_or_cannot_be_one_is_refused_in_words(operator, name):
    answer = operator.post(f"{PAGE}add/", {"name": name})
    assert answer.status_code == 200 and "w-field__errors" in answer.content.decode()
    assert Account.objects.count() == 2


def test_an_account_that_is_not_there_is_not_there(operator):
    assert operator.get(PAGE, {"account": "gone"}).status_code == 404
    for action in ("default", "remove", "test", "renew"):
        assert operator.post(f"{PAGE}{action}/", {"account": "gone"}).status_code == 404


def test_the_default_changes_hands_when_the_other_is_connected(operator):
    operator.post(f"{PAGE}default/", {"account": "小程序"})
    assert api.account_names("fake")[0] == "default"
    accounts.save_credentials("fake", {"APP_KEY": "b", "APP_SECRET": "c"}, account="小程序")
    answer = operator.post(f"{PAGE}default/", {"account": "小程序"}, follow=True)
    assert api.account_names("fake")[0] == "小程序"
    assert "今后的推广链接由 假店 / 小程序 生成" in answer.content.decode()


def test_removal_asks_first_and_says_what_stays(operator):
    asked = operator.get(f"{PAGE}remove/", {"account": "小程序"}).content.decode()
    assert "它的订单以及已记入的佣金都会保留" in asked and Account.objects.count() == 2
    operator.post(f"{PAGE}remove/", {"account": "小程序"})
    assert api.account_names("fake") == ["default"]
    operator.post(f"{PAGE}remove/", {"account": "default"})
    assert Account.objects.get().credentials["APP_SECRET"] == SECRET


def test_a_test_asks_with_the_account_that_was_chosen(operator, network):
    html = operator.post(f"{PAGE}test/", {"account": "小程序"}, follow=True).content.decode()
    assert "假店 / 小程序" in html and "APP_KEY, APP_SECRET" in html
    network.error = Reauthorise("The key has run out.", network="fake")
    assert "The key has run out." in operator.post(f"{PAGE}test/", {"account": "default"}, follow=True).content.decode()


def test_the_page_of_all_networks_names_the_accounts_and_what_is_wrong_with_any(operator):
    accounts.save_credentials("fake", {"APP_KEY": "b", "APP_SECRET": "c"}, account="小程序")
    accounts.set_end("fake", timezone.localdate(), account="小程序")
    html = operator.get("/admin/networks/").content.decode()
    assert "首个账号" in html and "小程序" in html
    assert "假店 / 小程序 的授权已" in html and "zc-network--degraded" in html


def test_who_may_not_enter_credentials_may_change_no_account(client, network):
    roster.add("fake", "second")
    log_in(client, "connections.view_networkstate", "connections.change_networkstate")
    for action in ("add", "default", "remove"):
        words = {"account": "second", "name": "third"}
        assert client.post(f"{PAGE}{action}/", words)["Location"].startswith("/admin/")
    assert api.account_names("fake") == ["default", "second"]


def test_the_tokens_of_a_code_go_to_the_account_that_was_authorised(client, gateway):  # noqa: F811
    log_in(client, *ALL)
    roster.add("kuaishou", "second")
    keys = {key: gateway.config[key] for key in ("APP_KEY", "APP_SECRET", "SIGN_SECRET", "CPS_PID")}
    accounts.save_credentials("kuaishou", keys, account="second")
    client.get(BACK, {"state": begun(client, account="second"), "code": "good-code"})
    assert "ACCESS_TOKEN" not in accounts.from_account("kuaishou")
    assert accounts.kept_by(Account.objects.get(name="second"))["ACCESS_TOKEN"] == "access-by-code"


def test_a_code_for_an_account_that_was_removed_meanwhile_is_not_spent(client, gateway):  # noqa: F811
    log_in(client, *ALL)
    roster.add("kuaishou", "second")
    accounts.save_credentials("kuaishou", accounts.from_account("kuaishou"), account="second")
    state = begun(client, account="second")
    roster.remove("kuaishou", "second")
    client.get(BACK, {"state": state, "code": "good-code"})
    assert gateway.codes == ["good-code"] and "ACCESS_TOKEN" not in accounts.from_account("kuaishou")
