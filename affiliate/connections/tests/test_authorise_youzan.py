"""A shop is connected on Youzan's page: the state is checked, the code counts once, and the shop is written down."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from affiliate.connections import accounts, api, roster
from affiliate.connections.models import Account
from affiliate.connections.tests.test_admin import ALL, log_in
from affiliate.networks.tests.gateways import youzan

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/admin/networks/youzan/authorise/", "/admin/networks/youzan/authorised/"


@pytest.fixture
def gateway(settings):
    with youzan.running() as found:
        settings.NETWORK_ENVIRONMENT = {"NETWORK_YOUZAN_GATEWAY": found.url}
        keys = {key: found.config[key] for key in ("CLIENT_ID", "CLIENT_SECRET", "SALESMEN")}
        accounts.save_credentials("youzan", keys)
        found.codes.append("good-code")
        yield found


@pytest.fixture
def operator(client, gateway):
    log_in(client, *ALL)
    return client


def begun(client, **asked: str) -> str:
    """The state that Youzan's page would send back."""
    url = urlsplit(client.get(BEGIN, asked)["Location"])
    assert url.netloc == "diy.youzanyun.com"
    return parse_qs(url.query)["state"][0]


def test_a_shop_is_connected_by_its_code_alone(operator):
    assert not api.is_configured("youzan"), "the shop's number is not known yet"
    operator.get(BACK, {"state": begun(operator), "code": "good-code"})
    kept = Account.objects.get()
    assert (kept.credentials["GRANT_ID"], kept.credentials["REFRESH_TOKEN"]) == (youzan.SHOP, "refresh-2")
    assert kept.expires_at is not None and api.is_configured("youzan")
    api.adapter("youzan").check()


def test_a_forged_state_spends_no_code(operator, gateway):
    begun(operator)
    operator.get(BACK, {"state": "forged", "code": "good-code"})
    assert gateway.codes == ["good-code"] and "GRANT_ID" not in accounts.from_account("youzan")


def test_a_code_that_is_used_up_is_told_in_plain_words_and_changes_nothing(operator, gateway):
    operator.get(BACK, {"state": begun(operator), "code": "good-code"})
    before = accounts.from_account("youzan")
    html = operator.get(BACK, {"state": begun(operator), "code": "good-code"}, follow=True).content.decode()
    assert "授权码只能使用一次，两分钟内有效" in html and accounts.from_account("youzan") == before


def test_a_second_shop_of_one_application_is_an_account_of_its_own(operator, gateway):
    operator.get(BACK, {"state": begun(operator), "code": "good-code"})
    roster.add("youzan", "second")
    keys = {key: gateway.config[key] for key in ("CLIENT_ID", "CLIENT_SECRET", "SALESMEN")}
    accounts.save_credentials("youzan", keys, account="second")
    gateway.codes.append("second-code")
    operator.get(BACK, {"state": begun(operator, account="second"), "code": "second-code"})
    assert api.is_configured("youzan", "second")
    assert (
        accounts.from_account("youzan")["ACCESS_TOKEN"]
        != api.adapter("youzan", account="second").config["ACCESS_TOKEN"]
    )
