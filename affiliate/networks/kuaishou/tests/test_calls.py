"""Signing, errors, look-up, links and tokens, against the vendor's rules and a gateway that keeps them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from affiliate.networks.errors import BadInput, NetworkError, NotFound, NotPromotable, Off, ProtocolError, Reauthorise
from affiliate.networks.kuaishou.adapter import KuaishouAdapter
from affiliate.networks.kuaishou.signing import sign
from affiliate.networks.tests.gateways.kuaishou import ITEM, PID, TOKEN, KuaishouGateway
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef

GOODS = ItemRef("kuaishou", str(ITEM))
PARAM = (
    '{"linkType":101,"linkCarrierId":"20000000000001","comments":"a12p345","cpsPid":"ks_1000000001_102_AbCdEfGhIjK"}'
)


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("MD5", "592144a213e9e7fb8809374087bdfe3d"),
        ("HMAC_SHA256", "4uKtclwQQKhstAyiRAhgpxxPB+f1rucqVq0xCDn08tM="),
    ],
)
def test_the_signature_is_the_one_of_the_worked_example(method: str, signature: str) -> None:
    form = {
        "access_token": "tok123",
        "appkey": "ks700000000000000001",
        "method": "open.distribution.cps.kwaimoney.link.create",
        "timestamp": "1700000000000",
        "version": "1",
        "signMethod": method,
        "param": PARAM,
    }
    assert sign(form, "demoSignSecret") == signature


def test_a_look_up_reads_fen_and_per_mille(kuaishou: KuaishouAdapter) -> None:
    found = kuaishou.lookup(GOODS)
    assert (found.title, found.shop) == ("示例红酒塞", "示例店铺")
    assert (found.price_minor, found.final_price_minor) == (1_990, 1_590)
    assert (found.commission_rate_bp, found.commission_minor) == (2_000, 318)


def test_rows_that_nobody_asked_for_are_left_alone(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    gateway.unrelated_rows = True
    with pytest.raises(NotFound):
        kuaishou.lookup(ItemRef("kuaishou", "29999999999999"))


@pytest.mark.parametrize("text", [f"##{TOKEN}## 复制打开快手 🎁 ¥15.9", "https://v.kuaishou.com/AbCdE1"])
def test_a_share_text_is_read_by_kuaishou_itself(kuaishou: KuaishouAdapter, text: str) -> None:
    (ref,) = kuaishou.recognise(text)
    assert ref.needs_expansion
    assert kuaishou.lookup(ref).ref.item_id == str(ITEM)


@pytest.mark.parametrize("price", [0, -1590, 99_999_999_999_999, "面议", 15.9])
def test_a_price_beyond_belief_is_left_out_with_a_warning(
    kuaishou: KuaishouAdapter, gateway: KuaishouGateway, price: object
) -> None:
    gateway.add_item(goodsPrice=price, zkGoodsPrice=price)
    found = kuaishou.lookup(GOODS)
    assert found.price_minor is None and found.final_price_minor is None
    assert len(found.warnings) == 2


def test_a_link_comes_in_every_form_at_once(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    made = kuaishou.link(GOODS, "a12p345")
    assert gateway.bodies("link.create") == [
        {"linkType": 101, "linkCarrierId": str(ITEM), "comments": "a12p345", "cpsPid": PID}
    ]
    assert made.url.startswith("https://www.kuaishou.com/f/")
    assert made.deeplink.startswith("kwai://")
    assert made.token_text == f"##{TOKEN}## 复制打开快手"
    assert made.mini_program.startswith("#小程序://")


def test_a_link_to_a_foreign_host_is_not_taken(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    gateway.link_url = "https://evil.example/f/X-1234567"
    with pytest.raises(ProtocolError):
        kuaishou.link(GOODS, "a1")


def test_an_item_outside_the_programme_says_so(kuaishou: KuaishouAdapter) -> None:
    with pytest.raises(NotPromotable):
        kuaishou.link(ItemRef("kuaishou", "29999999999999"), "a1")


@pytest.mark.parametrize("hostile", ["../etc/passwd", "<b>1</b>", "123", "1" * 30, "20000000000001;x"])
def test_an_id_with_a_path_or_markup_in_it_is_no_item(kuaishou: KuaishouAdapter, hostile: str) -> None:
    for call in (kuaishou.lookup, lambda ref: kuaishou.link(ref, "a1")):
        with pytest.raises(BadInput):
            call(ItemRef("kuaishou", hostile))


def test_a_clock_that_is_off_is_named(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    gateway.clock_offset = timedelta(minutes=20)
    with pytest.raises(Reauthorise, match="clock"):
        kuaishou.check()


def test_a_token_that_ran_out_is_named(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    gateway.access_token = "another"
    with pytest.raises(Reauthorise, match="Authorise the account again"):
        kuaishou.check()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("inner_busy", "unavailable"),
        ("inner_limit", "wait"),
        ("inner_strange", "protocol"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    kuaishou: KuaishouAdapter, gateway: KuaishouGateway, fault: str, kind: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(NetworkError) as caught:
        kuaishou.lookup(GOODS)
    assert caught.value.kind == kind


# --- tokens ---


def test_renewing_gives_both_tokens_and_when_they_run_out(gateway: KuaishouGateway) -> None:
    at = datetime.now(UTC)
    adapter = KuaishouAdapter(gateway.config, Transport("kuaishou", deadline=2), now=lambda: at)
    fresh = adapter.renew()
    assert fresh.values == {"ACCESS_TOKEN": "access-1", "REFRESH_TOKEN": "refresh-1"}
    assert fresh.expires_at == at + timedelta(hours=48)
    assert fresh.authorised_until == at + timedelta(days=180)
    again = KuaishouAdapter(gateway.config, Transport("kuaishou", deadline=2, calls_per_second=1000))
    again.check()


def test_a_refresh_token_that_is_used_up_asks_for_a_person(kuaishou: KuaishouAdapter) -> None:
    kuaishou.renew()
    with pytest.raises(Reauthorise):
        kuaishou.renew()


@pytest.mark.parametrize("fault", ["http_500", "reset", "http_429"])
def test_renewing_is_never_tried_twice(kuaishou: KuaishouAdapter, gateway: KuaishouGateway, fault: str) -> None:
    gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        kuaishou.renew()
    assert gateway.faults == []
    assert gateway.renewals <= 1


def test_without_a_refresh_token_the_missing_key_is_named(gateway: KuaishouGateway) -> None:
    adapter = KuaishouAdapter({**gateway.config, "REFRESH_TOKEN": ""}, Transport("kuaishou"))
    with pytest.raises(Reauthorise, match="REFRESH_TOKEN"):
        adapter.renew()


def test_the_page_of_authorisation_names_the_application_and_where_to_come_back(kuaishou: KuaishouAdapter) -> None:
    url = urlsplit(kuaishou.authorise_url("the state", "https://shop.test/back/?a=1&b=2"))
    assert (url.scheme, url.netloc, url.path) == ("https", "open.kwaixiaodian.com", "/oauth/authorize")
    assert parse_qs(url.query) == {
        "app_id": [kuaishou.config["APP_KEY"]],
        "redirect_uri": ["https://shop.test/back/?a=1&b=2"],
        "scope": ["user_info,merchant_distribution"],
        "response_type": ["code"],
        "state": ["the state"],
    }


def test_a_code_gives_both_tokens_once(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    gateway.codes.append("c-1")
    fresh = kuaishou.exchange("c-1", "https://shop.test/back/")
    assert fresh.values == {"ACCESS_TOKEN": "access-by-code", "REFRESH_TOKEN": "refresh-by-code"}
    assert fresh.authorised_until is None
    with pytest.raises(NetworkError):
        kuaishou.exchange("c-1", "https://shop.test/back/")


def test_without_the_applications_secret_nobody_is_sent_to_authorise(gateway: KuaishouGateway) -> None:
    adapter = KuaishouAdapter({"APP_KEY": "ks1"}, Transport("kuaishou"))
    with pytest.raises(Off, match="APP_SECRET"):
        adapter.authorise_url("x", "https://shop.test/")


def test_the_code_of_an_authorisation_is_not_logged(
    kuaishou: KuaishouAdapter, gateway: KuaishouGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "zhongcao.networks")
    gateway.codes.append("c-one-time-42")
    kuaishou.exchange("c-one-time-42", "https://shop.test/back/")
    seen = caplog.text + "".join(str(vars(record)) for record in caplog.records if record.name == "zhongcao.networks")
    assert "oauth.token" in seen and "c-one-time-42" not in seen
