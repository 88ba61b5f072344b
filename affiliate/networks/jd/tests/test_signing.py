"""Signatures against JD's own published sample and against vectors worked out by hand."""

from __future__ import annotations

import pytest

from affiliate.networks.jd.signing import sign

SYSTEM = {
    "app_key": "0123456789abcdef0123456789abcdef",
    "format": "json",
    "sign_method": "md5",
    "timestamp": "2025-06-01 08:30:00",
    "v": "1.0",
}
PROMOTION = SYSTEM | {"method": "jd.union.open.promotion.common.get"}
PROMOTION_BODY = (
    '{"promotionCodeReq":{"materialId":"https://jingfen.jd.com/detail/AbCdEf123_XyZ789.html","siteId":"4000000001",'
    '"positionId":3000000001,"subUnionId":"a42_p9001_k7f3","sceneId":1}}'
)
ORDERS = SYSTEM | {"method": "jd.union.open.order.row.query"}
ORDERS_BODY = (
    '{"orderReq":{"pageIndex":1,"pageSize":200,"type":3,"startTime":"2025-06-01 07:30:00",'
    '"endTime":"2025-06-01 08:30:00","fields":"goodsInfo,categoryInfo"}}'
)


def test_the_sample_of_the_developer_guide_comes_out() -> None:
    params = {
        "360buy_param_json": '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","page":"1",'
        '"page_size":"200","start_date":null}',
        "access_token": "yourtoken",
        "app_key": "yourappkey",
        "method": "jingdong.pop.order.search",
        "timestamp": "2021-05-07 09:20:39.683+0800",
        "v": "2.0",
    }
    assert sign(params, "yourappSecret") == "D70825340F4084360B9362B60DFD7930"


@pytest.mark.parametrize(
    ("params", "field", "body", "expected"),
    [
        (PROMOTION, "360buy_param_json", PROMOTION_BODY, "4275C47498E7EA0E30726D10E56C6977"),
        (PROMOTION, "param_json", PROMOTION_BODY, "7D2AF61CF953CBC9DFED15B051FB2D03"),
        (ORDERS, "360buy_param_json", ORDERS_BODY, "650211DE0965FFCB2B92A66C1F8F4185"),
    ],
)
def test_calls_of_the_union_are_signed_as_worked_out(
    params: dict[str, str], field: str, body: str, expected: str
) -> None:
    assert sign(params | {field: body}, "test-jd-secret") == expected


def test_an_old_signature_in_the_parameters_is_not_signed_again() -> None:
    params = PROMOTION | {"360buy_param_json": PROMOTION_BODY}
    assert sign(params | {"sign": "OLD"}, "test-jd-secret") == sign(params, "test-jd-secret")
