"""Signatures against Pinduoduo's own published sample and against vectors worked out by hand."""

from __future__ import annotations

import pytest

from affiliate.networks.pdd.client import PddClient, as_text
from affiliate.networks.pdd.signing import sign
from affiliate.networks.transport import Transport

SYSTEM = {"client_id": "testclientid0001", "timestamp": "1748737800", "data_type": "JSON"}


def test_the_sample_of_the_signing_page_comes_out() -> None:
    params = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }
    assert sign(params, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"


@pytest.mark.parametrize(
    ("method", "fields", "expected"),
    [
        (
            "pdd.ddk.goods.promotion.url.generate",
            {
                "p_id": "10000001_200000002",
                "goods_sign_list": ["Y9f2_test-Sign_J0001"],
                "custom_parameters": '{"uid":"a42","sid":"p9001k7"}',
                "generate_short_url": True,
                "generate_we_app": True,
            },
            "8D14CC52166277C5B98741ED8795DB08",
        ),
        (
            "pdd.ddk.order.list.increment.get",
            {
                "start_update_time": 1748651400,
                "end_update_time": 1748737800,
                "page": 1,
                "page_size": 50,
                "return_count": True,
            },
            "9BBF327FC2FDFEC2BE9EAF49D2069459",
        ),
    ],
)
def test_calls_are_signed_as_worked_out_with_lists_and_booleans_as_they_are_sent(
    method: str, fields: dict[str, object], expected: str
) -> None:
    form = SYSTEM | {"type": method} | {name: as_text(value) for name, value in fields.items()}
    assert sign(form, "test-pdd-secret") == expected


def test_a_client_signs_what_it_sends_at_the_second_it_sends_it() -> None:
    from datetime import UTC, datetime

    config = {"CLIENT_ID": "testclientid0001", "CLIENT_SECRET": "test-pdd-secret"}
    client = PddClient(config, Transport("pdd"), now=lambda: datetime.fromtimestamp(1748737800.9, UTC))
    fields = {
        "start_update_time": 1748651400,
        "end_update_time": 1748737800,
        "page": 1,
        "page_size": 50,
        "return_count": True,
    }
    form = client.signed("pdd.ddk.order.list.increment.get", fields)
    assert form["sign"] == "9BBF327FC2FDFEC2BE9EAF49D2069459"
    assert form["return_count"] == "true"


def test_an_old_signature_in_the_parameters_is_not_signed_again() -> None:
    assert sign(SYSTEM | {"sign": "OLD"}, "s") == sign(SYSTEM, "s")
