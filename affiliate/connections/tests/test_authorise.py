"""An operator authorises an account on the network's page; what does not belong to that comes to nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from affiliate.connections import accounts, authorising
from affiliate.connections.models import Account
from affiliate.connections.tests.test_admin import ALL, log_in
from affiliate.networks.tests.gateways import kuaishou

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/admin/networks/kuaishou/authorise/", "/admin/networks/kuaishou/authorised/"


@pytest.fixture
def gateway(settings):
    with kuaishou.running() as found:
        settings.NETWORK_ENVIRONMENT = {"NETWORK_KUAISHOU_GATEWAY": found.url}
        keys = {key: found.config[key] for key in ("APP_KEY", "APP_SECRET", "SIGN_SECRET", "CPS_PID")}
        accounts.save_credentials("kuaishou", keys)
        found.codes.append("good-code")
        yield found


@pytest.fixture
def operator(client, gateway):
    log_in(client, *ALL)
    return client


def begun(client, **asked_for: str) -> str:
    """The state that the network's page would send back."""
    answer = client.get(BEGIN, asked_for)
    assert answer.status_code == 302
    url = urlsplit(answer["Location"])
    assert url.netloc == "open.kwaixiaodian.com"
    asked = parse_qs(url.query)
    assert asked["redirect_uri"][0].endswith(BACK)
    return asked["state"][0]


def tokens() -> dict[str, str]:
    kept = Account.objects.get().credentials
    return {key: kept[key] for key in accounts.TOKENS if key in kept}


def test_the_tokens_of_the_code_are_kept_beside_the_keys(operator, gateway):
    answer = operator.get(BACK, {"state": begun(operator), "code": "good-code"}, follow=True)
    assert tokens() == {"ACCESS_TOKEN": "access-by-code", "REFRESH_TOKEN": "refresh-by-code"}
    account = Account.objects.get()
    assert account.credentials["SIGN_SECRET"] == kuaishou.SIGN_SECRET and account.expires_at is not None
    assert "access-by-code" not in answer.content.decode() and "good-code" not in answer.content.decode()


def test_a_stuck_renewal_begins_anew_with_the_tokens_of_a_code(operator):
    Account.objects.update(spent="x", renewal_kind="reauthorise", renewal_error="Void.")
    operator.get(BACK, {"state": begun(operator), "code": "good-code"})
    assert (Account.objects.get().spent, Account.objects.get().renewal_kind) == ("", "")


def test_a_state_counts_once(operator, gateway):
    state = begun(operator)
    operator.get(BACK, {"state": state, "code": "good-code"})
    gateway.codes.append("second")
    operator.get(BACK, {"state": state, "code": "second"})
    assert gateway.codes == ["second"]


@pytest.mark.parametrize("forged", ["", "x", "x:y:z", "\x00"])
def test_a_forged_state_is_refused_before_anything_is_asked(operator, gateway, forged):
    begun(operator)
    operator.get(BACK, {"state": forged, "code": "good-code"})
    assert tokens() == {} and gateway.codes == ["good-code"]


def test_a_state_of_another_network_person_or_session_is_refused(operator, gateway, client):
    state = begun(operator)
    nonce, me = operator.session[authorising.SESSION], int(operator.session["_auth_user_id"])
    for said in ({"network": "jd", "user": me}, {"network": "kuaishou", "user": me + 1}):
        begun(operator)
        forged = signing.dumps({"nonce": operator.session[authorising.SESSION], **said}, salt=authorising.SALT)
        operator.get(BACK, {"state": forged, "code": "good-code"})
    begun(operator)
    assert operator.session[authorising.SESSION] != nonce
    operator.get(BACK, {"state": state, "code": "good-code"})
    assert tokens() == {} and gateway.codes == ["good-code"]


def test_a_state_older_than_ten_minutes_is_refused(operator, gateway, monkeypatch):
    state = begun(operator)
    monkeypatch.setattr(authorising, "LIFE", -authorising.LIFE)
    operator.get(BACK, {"state": state, "code": "good-code"})
    assert tokens() == {} and gateway.codes == ["good-code"]


@pytest.mark.parametrize("answer", [{"error": "access_denied"}, {"code": ""}, {"code": "wrong"}, {"code": "x" * 3000}])
def test_without_a_good_code_nothing_changes(operator, gateway, answer):
    before = Account.objects.get().credentials
    assert operator.get(BACK, {"state": begun(operator), **answer}).status_code == 302
    assert Account.objects.get().credentials == before and gateway.codes == ["good-code"]


def test_tokens_of_the_environment_are_not_authorised_over(operator, settings):
    settings.NETWORK_ENVIRONMENT |= {"NETWORK_KUAISHOU_ACCESS_TOKEN": "fixed"}
    assert operator.get(BEGIN)["Location"] == "/admin/networks/kuaishou/"


def test_who_may_not_enter_credentials_may_not_authorise(client, gateway):
    log_in(client, "connections.view_networkstate", "connections.change_networkstate")
    assert client.get(BEGIN)["Location"].startswith("/admin/")
    assert client.get(BACK, {"state": "x", "code": "good-code"}).status_code == 302
    assert client.post("/admin/networks/kuaishou/renew/").status_code == 302
    assert gateway.codes == ["good-code"] and tokens() == {}


def test_an_operator_renews_at_once(operator, gateway):
    accounts.save_credentials("kuaishou", {"ACCESS_TOKEN": "access-0", "REFRESH_TOKEN": "refresh-0"})
    operator.post("/admin/networks/kuaishou/renew/")
    assert tokens()["REFRESH_TOKEN"] == "refresh-1"
