"""TOP's signature against the platform's own sample and worked vectors; its errors; its wrapped lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.top import TopClient, sign
from affiliate.networks.top_errors import CODES, business_error, gateway_error
from affiliate.networks.top_reading import beijing_time, from_epoch, listed, rate_bp
from affiliate.networks.transport import Transport

NOW = datetime(2025, 6, 1, 0, 30, tzinfo=UTC)
SYSTEM = {"app_key": "10000001", "timestamp": "2025-06-01 08:30:00", "format": "json", "v": "2.0", "sign_method": "md5"}
ORDERS = SYSTEM | {
    "method": "taobao.tbk.order.details.get",
    "simplify": "true",
    "query_type": "4",
    "start_time": "2025-06-01 05:30:00",
    "end_time": "2025-06-01 08:30:00",
    "page_size": "100",
    "page_no": "1",
    "order_scene": "2",
}
ELEME = {
    "app_key": "12345678",
    "timestamp": "2024-01-02 03:04:05",
    "format": "json",
    "v": "2.0",
    "method": "alibaba.alsc.union.eleme.promotion.officialactivity.get",
    "query_request": '{"pid":"alsc_1_2_3","activity_id":"10144","sid":"a12p345","include_qr_code":false}',
}


def test_the_sample_of_the_platform_comes_out() -> None:
    params = {
        "app_key": "12345678",
        "fields": "num_iid,title,nick,price,num",
        "format": "json",
        "method": "taobao.item.seller.get",
        "num_iid": "11223344",
        "session": "test",
        "sign_method": "md5",
        "timestamp": "2016-01-01 12:00:00",
        "v": "2.0",
    }
    assert sign(params, "helloworld") == "66987CB115214E59E6EC978214934FB8"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "48A4F746B8A09D3E5B4DDCA52627E525"),
        ("hmac", "E381E8D1E47AED55DF9CDFD4D71D9F1A"),
        ("hmac-sha256", "A6256221DD03708532084174A636FC462512C3067FCBEFF0179AE7BF1DBF2CC1"),
    ],
)
def test_the_three_ways_to_sign_an_order_query(method: str, expected: str) -> None:
    assert sign(ORDERS | {"sign_method": method}, "test-tb-secret", method) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {
                "method": "taobao.tbk.dg.material.optional.upgrade",
                "adzone_id": "300000003",
                "q": "无线 降噪耳机",
                "page_size": "20",
                "page_no": "1",
            },
            "0DAD76ACD2A04E5BF1D0F0773C374AEF",
        ),
        (
            {
                "method": "taobao.tbk.dg.general.link.convert",
                "adzone_id": "300000003",
                "item_dto": '[{"item_id":"i87test9-09qrtest"}]',
            },
            "930FEDACCD514A98B4C10F634B0347BA",
        ),
    ],
)
def test_chinese_words_and_structures_are_signed_as_they_are_sent(fields: dict[str, str], expected: str) -> None:
    assert sign(SYSTEM | fields, "test-tb-secret") == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "CD029EDC31B7CCA83184C2B6273A9C2E"),
        ("hmac", "1BF82E3F2B8718283C187AB0792AC614"),
        ("hmac-sha256", "94ED478B547719134A2AF9C270356E3BAA9A8CD53CBBFEBA5EB250FEF1837E16"),
    ],
)
def test_the_vectors_of_eleme_come_out(method: str, expected: str) -> None:
    assert sign(ELEME | {"sign_method": method}, "demosecret", method) == expected


def test_what_is_empty_and_an_old_signature_are_not_signed() -> None:
    assert sign(ORDERS | {"sign": "OLD", "session": ""}, "s") == sign(ORDERS, "s")


def test_an_unknown_way_to_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="sha1"):
        sign(ORDERS, "s", "sha1")


def test_the_form_is_what_was_signed() -> None:
    config = {"APP_KEY": "10000001", "APP_SECRET": "test-tb-secret", "SESSION": "s1"}
    client = TopClient(config, Transport("taobao"), meanings={}, now=lambda: NOW)
    form = client.signed("taobao.x", {"item_dto": [{"a": "耳机"}], "flag": True, "none": None, "empty": "", "n": 3})
    assert form["timestamp"] == "2025-06-01 08:30:00"
    assert (form["item_dto"], form["flag"], form["n"], form["session"]) == ('[{"a":"耳机"}]', "true", "3", "s1")
    assert not {"none", "empty"} & set(form)
    assert form["sign"] == sign({key: value for key, value in form.items() if key != "sign"}, "test-tb-secret")


@pytest.mark.parametrize(
    ("code", "sub_code", "words", "expected", "told"),
    [
        (7, "accesscontrol.limited-by-app-access-count", "", Wait, "accesscontrol.limited-by-app-access-count"),
        (7, "", "", Wait, "7"),
        (11, "isv.permission-api-package-limit", "", PermissionNeeded, "isv.permission-api-package-limit"),
        (15, "isp.top-remote-connection-timeout", "", Unavailable, "isp.top-remote-connection-timeout"),
        (15, "isv.permission-api-package-limit", "", PermissionNeeded, "isv.permission-api-package-limit"),
        (15, "isv.invalid-parameter:adzone_id", "", BadInput, "isv.invalid-parameter:adzone_id"),
        (15, "isv.invalid-session", "", Reauthorise, "isv.invalid-session"),
        (15, "", "", Unavailable, "15"),
        (50, "isp.unknown-error", "", Unavailable, "isp.unknown-error"),
        (25, "", "", Reauthorise, "25"),
        (27, "", "", Reauthorise, "27"),
        (29, "", "", Reauthorise, "29"),
        (31, "", "", Reauthorise, "31"),
        (22, "", "", BadInput, "22"),
        (41, "", "", BadInput, "41"),
        (15, "isv.biz-error:2007", "", BadInput, "2007"),
        (15, "3001", "", Unavailable, "3001"),
        (999, "zzz", "", ProtocolError, "zzz"),
    ],
)
def test_a_refusal_says_what_to_do(
    code: int, sub_code: str, words: str, expected: type[NetworkError], told: str
) -> None:
    meanings = {"2007": (BadInput, "Too long a window.", "x"), "3001": (Unavailable, "Busy.", "x")}
    refused = {"code": code, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": words}
    error = gateway_error("taobao", refused, meanings, NOW)
    assert (type(error), error.code) == (expected, told)
    assert str(code) in error.detail


def test_a_ban_says_for_how_long_and_a_quota_until_midnight_in_beijing() -> None:
    ban = {
        "code": 7,
        "sub_code": "accesscontrol.limited-by-api-access-count",
        "msg": "This ban will last for 5 more seconds",
    }
    assert gateway_error("taobao", ban, {}, NOW).retry_at == NOW + timedelta(seconds=5)
    quota = {"code": 7, "sub_code": "accesscontrol.limited-by-app-access-count"}
    assert gateway_error("taobao", quota, {}, NOW).retry_at == datetime(2025, 6, 1, 16, 0, tzinfo=UTC)


def test_an_unknown_code_of_a_service_is_reported_and_not_guessed() -> None:
    error = business_error("taobao", "31337", "新情况", {})
    assert (type(error), error.code) == (ProtocolError, "31337")
    assert "新情况" in error.detail


def test_every_code_has_words_for_the_person_and_for_the_operator() -> None:
    for kind, text, meaning in CODES.values():
        assert issubclass(kind, NetworkError)
        assert text.endswith(".")
        assert meaning


@pytest.mark.parametrize("value", [None, {}, [], "", 3, {"a": 1}, {"a": [1], "b": [2]}])
def test_what_is_no_list_has_no_entries(value: object) -> None:
    assert listed(value) == []


def test_lists_are_read_wrapped_and_plain() -> None:
    assert listed({"map_data": [1, 2]}) == listed([1, 2]) == [1, 2]


def test_times_are_beijing_times_or_epochs() -> None:
    assert beijing_time("2025-06-01 08:30:00") == beijing_time(1748737800) == beijing_time(1748737800000) == NOW
    assert [beijing_time(empty) for empty in ("", None, 0, "--")] == [None] * 4
    assert [from_epoch(odd) for odd in ("x", -1, 0, None, 10**15)] == [None] * 5


def test_rates_are_percent_or_fractions() -> None:
    warnings: list[str] = []
    assert (rate_bp("9.00", warnings), rate_bp("2.50 %", warnings), rate_bp("0.2", warnings, whole=1)) == (
        900,
        250,
        2000,
    )
    assert warnings == []
    assert [rate_bp(odd, warnings) for odd in ("101", "-1", "x", "NaN")] == [None] * 4
    assert len(warnings) == 4
