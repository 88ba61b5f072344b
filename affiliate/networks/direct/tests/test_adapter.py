"""Direct merchants: which items their links name, and where our links lead."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.direct import merchants
from affiliate.networks.direct.adapter import DirectAdapter
from affiliate.networks.errors import BadInput
from affiliate.networks.types import ItemRef

FARM: dict[str, Any] = {
    "slug": "farm",
    "name": "农场",
    "hosts": ["shop.farm.example"],
    "link_template": "https://shop.farm.example/p/{item_id}?ref={token}",
    "item_url_pattern": r"/p/(?P<id>[\w-]+)",
    "currency": "CNY",
    "commission_rate_bp": 800,
}
DEEP = FARM | {
    "slug": "deep",
    "hosts": ["www.deep.example", "track.deep.example", ".m.deep.example"],
    "link_template": "https://track.deep.example/go?to={url}&sid={sub_id}&click={token}",
    "item_url_pattern": "",
}


def adapter(*rows: dict[str, Any]) -> DirectAdapter:
    return DirectAdapter({"MERCHANTS": json.dumps(rows or [FARM, DEEP])})


@pytest.mark.parametrize(
    ("text", "item_id", "url"),
    [
        ("https://shop.farm.example/p/honey?ref=other", "farm:honey", "https://shop.farm.example/p/honey"),
        ("好吃【蜂蜜】shop.farm.example/p/honey，快来", "farm:honey", "https://shop.farm.example/p/honey"),
        ("direct:farm:honey", "farm:honey", "https://shop.farm.example/p/honey"),
        ("https://www.deep.example/c/1/x.html?utm=1#a", "deep:c/1/x.html", "https://www.deep.example/c/1/x.html"),
        ("https://a.m.deep.example/x1", "deep:x1", "https://a.m.deep.example/x1"),
        ("direct:deep:c/1/x.html。", "deep:c/1/x.html", "https://www.deep.example/c/1/x.html"),
        ("direct:stranger:77", "stranger:77", ""),
    ],
)
def test_an_item_is_recognised_with_its_bare_page(text: str, item_id: str, url: str) -> None:
    (ref,) = adapter().recognise(text)
    assert (ref.item_id, ref.url) == (item_id, url)
    if url:
        assert [again.item_id for again in adapter().recognise(url)] == [item_id]


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.farm.example/",
        "https://shop.farm.example/about",
        "https://shop.farm.example@evil.test/p/honey",
        "https://evil.test/p/honey",
        "https://m.deep.example.evil.test/x",
        "direct:deep:../../etc/passwd",
        "direct:farm:",
    ],
)
def test_what_is_no_item_of_a_merchant_is_not_recognised(text: str) -> None:
    assert adapter().recognise(text) == []


def test_an_id_may_stand_in_the_query() -> None:
    shop = FARM | {
        "item_url_pattern": r"[?&]id=(?P<id>\d+)",
        "link_template": "https://shop.farm.example/?id={item_id}&r={token}",
    }
    (ref,) = adapter(shop).recognise("https://shop.farm.example/?id=42")
    assert (ref.item_id, ref.url) == ("farm:42", "https://shop.farm.example/?id=42")
    assert adapter(shop).link(ref, None).url == "https://shop.farm.example/?id=42&r={token}"


def test_a_link_leaves_room_for_the_click() -> None:
    link = adapter().link(ItemRef("direct", "farm:honey"), "abcdefgh")
    assert (link.url, link.sub_id) == ("https://shop.farm.example/p/honey?ref={token}", "abcdefgh")
    assert link.carries_click_token


def test_a_deep_link_gets_the_page_sub_id_and_click() -> None:
    (ref,) = adapter().recognise("https://www.deep.example/c/1/x.html?utm=1")
    query = parse_qs(urlsplit(adapter().link(ref, "abcdefgh").url).query)
    assert query == {"to": ["https://www.deep.example/c/1/x.html"], "sid": ["abcdefgh"], "click": ["{token}"]}


def test_without_a_sub_id_its_place_takes_the_click() -> None:
    only = FARM | {"link_template": "https://shop.farm.example/p/{item_id}?sid={sub_id}"}
    assert adapter(only).link(ItemRef("direct", "farm:1"), None).url.endswith("?sid={token}")
    with_sub_id = adapter(only).link(ItemRef("direct", "farm:1"), "abcdefgh")
    assert with_sub_id.url.endswith("?sid=abcdefgh") and not with_sub_id.carries_click_token


@pytest.mark.parametrize(
    "template",
    [
        "https://evil.test/p/{item_id}?ref={token}",
        "javascript:alert(1)//{item_id}{token}",
        "https://shop.farm.example@evil.test/{item_id}?r={token}",
        "https://shop.farm.example\\@evil.test/{item_id}?r={token}",
        "https://{token}.shop.farm.example/{item_id}",
        "https://{token}/shop.farm.example",
        "//shop.farm.example/{item_id}?r={token}",
        "https://shop.farm.example/{item_id}",
        "https://shop.farm.example/{item_id} ?r={token}",
        "https://shop.farm.example:99999999/{item_id}?r={token}",
        "",
    ],
)
def test_a_template_that_leads_away_or_names_no_click_is_refused(template: str) -> None:
    with pytest.raises(BadInput) as caught:
        adapter(FARM | {"link_template": template}).link(ItemRef("direct", "farm:honey"), None)
    assert caught.value.code == "template"


def test_a_page_of_somebody_else_is_never_the_target() -> None:
    link = adapter().link(ItemRef("direct", "deep:c/1", url="https://evil.test/"), "abcdefgh")
    assert parse_qs(urlsplit(link.url).query)["to"] == ["https://www.deep.example/c/1"]


@pytest.mark.parametrize("item_id", ["nobody:1", "farm:", "farm", "", "farm:../x", "farm:a b", "farm:{token}"])
def test_what_is_no_item_gets_no_link(item_id: str) -> None:
    with pytest.raises(BadInput):
        adapter().link(ItemRef("direct", item_id), None)


def test_a_host_with_a_port_admits_that_port_alone() -> None:
    local = FARM | {"hosts": ["127.0.0.1:8001"], "link_template": "http://127.0.0.1:8001/p/{item_id}?r={token}"}
    found = adapter(local)
    assert found.exit_allowed_hosts() == ("127.0.0.1:8001",)
    assert found.recognise("http://127.0.0.1:8001/p/1") and not found.recognise("http://127.0.0.1:8002/p/1")
    assert found.link(ItemRef("direct", "farm:1"), None).url.startswith("http://127.0.0.1:8001/p/1")


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "{}", "[1, null, []]", "[" * 5000, '[{"slug": "x"}]', '[{"slug": "A b", "hosts": ["h.test"]}]'],
)
def test_terms_that_cannot_be_read_are_left_out(text: str) -> None:
    found = DirectAdapter({"MERCHANTS": text})
    assert found.recognise("https://shop.farm.example/p/1") == []
    assert found.exit_allowed_hosts() == ()


def test_a_pattern_that_is_none_recognises_nothing() -> None:
    broken = FARM | {"item_url_pattern": "(", "hosts": "shop.farm.example", "commission_rate_bp": "many"}
    assert adapter(broken).recognise("https://shop.farm.example/p/1") == []
    assert adapter(broken | {"hosts": ["shop.farm.example"]}).recognise("https://shop.farm.example/p/1") == []


@given(item=st.from_regex(merchants.ITEM, fullmatch=True), sub_id=st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True))
def test_every_link_stays_with_its_merchant(item: str, sub_id: str) -> None:
    for slug, host in (("farm", "shop.farm.example"), ("deep", "track.deep.example")):
        link = adapter().link(ItemRef("direct", f"{slug}:{item}"), sub_id)
        parts = urlsplit(link.url)
        assert (parts.scheme, parts.netloc, parts.fragment) == ("https", host, "")
        assert link.url.count("{token}") == 1
