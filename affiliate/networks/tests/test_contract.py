"""What every registered network must keep, run over all of them: recognition, data about itself, and the live calls
against a gateway on loopback.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.errors import BadInput, NetworkError, Off
from affiliate.networks.registry import adapter_class, slugs
from affiliate.networks.tests.gateways import SECOND_WAYS, Gateway, network_of, start
from affiliate.networks.transport import Transport
from affiliate.networks.types import AffiliateLink, ItemRef, ItemSnapshot, LineState, OrderLine

SLUGS = slugs()
GATEWAYS = [*SLUGS, *SECOND_WAYS]
NETWORKS = Path(__file__).parents[1]
every_network = pytest.mark.parametrize("slug", SLUGS)
with_credentials = pytest.mark.parametrize("slug", [s for s in SLUGS if adapter_class(s).credential_keys])
SUB_ID = "abc123k7f3"


def that_can(capability: str) -> pytest.MarkDecorator:
    """The live adapters whose networks declare this capability."""
    able = [name for name in GATEWAYS if getattr(adapter_class(network_of(name)).capabilities, capability)]
    return pytest.mark.parametrize("live", able, indirect=True)


PASTED = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            [
                "https://",
                "http://[",
                "item.jd.com",
                "/",
                "1234567.html",
                "?",
                "u.jd.com/",
                "%",
                "】",
                "「",
                "jd:",
                "direct:",
            ]
            + [
                "m.tb.cn/h.",
                "￥",
                "AbCdEfGhIjK",
                "taobao:",
                "item.taobao.com/item.htm?id=",
                "uland.taobao.com/",
                "tbopen://",
            ]
            + ["demo:", "127.0.0.1:8001", "@", "#", "＃", "：", "\x00", "\ud800", "：//", "3.cn/", "sku=", "&amp;", "_"]
        ),
        max_size=20,
    ).map("".join),
)


def offline(slug: str) -> Adapter:
    return adapter_class(slug)({})


@pytest.fixture(params=GATEWAYS)
def live(request: pytest.FixtureRequest) -> Iterator[tuple[Adapter, Gateway]]:
    """An adapter connected to its gateway."""
    slug = network_of(request.param)
    with start(request.param) as gateway:
        transport = Transport(slug, deadline=10, calls_per_second=1000)
        yield adapter_class(slug)(gateway.config, transport), gateway


def found(adapter: Adapter, gateway: Gateway) -> ItemRef:
    refs = adapter.recognise(gateway.text)
    assert len(refs) == 1, f"{adapter.slug} recognises {refs} in {gateway.text!r}"
    return refs[0]


def is_own(adapter: Adapter, gateway: Gateway, line: OrderLine) -> bool:
    """Whether a line names us: by the sub-ID where the network carries one, else by the ad slot of our links."""
    if adapter.capabilities.sub_id_pattern:
        return line.sub_id.startswith(SUB_ID)
    return line.ad_slot == adapter.link(found(adapter, gateway), None).ad_slot


# --- what an adapter says of itself ---


@every_network
def test_a_network_has_a_gateway_to_be_tested_against_and_a_page_of_the_reference(slug: str) -> None:
    assert (NETWORKS / "tests" / "gateways" / f"{slug}.py").is_file()
    assert (NETWORKS.parents[1] / "docs" / "reference" / "networks" / f"{slug}.md").is_file()


@every_network
def test_an_adapter_knows_no_other(slug: str) -> None:
    others = "|".join(other for other in SLUGS if other != slug)
    foreign = re.compile(rf"affiliate\.networks(?:\.| import )(?:{others})\b")
    assert [path for path in (NETWORKS / slug).rglob("*.py") if foreign.search(path.read_text(encoding="utf-8"))] == []


@every_network
def test_slug_and_name_are_given(slug: str) -> None:
    adapter = offline(slug)
    assert adapter.slug == slug
    assert adapter.name.strip()


@every_network
def test_capabilities_agree_with_the_methods(slug: str) -> None:
    found_class, declared = adapter_class(slug), adapter_class(slug).capabilities
    assert isinstance(declared, Capabilities)
    promises = {
        "lookup": "lookup",
        "search": "search",
        "link": "link",
        "orders": "orders",
        "reread": "orders_ripen",
        "renew": "renews",
    }
    promises |= {"at_slot": "ad_slots", "pushed": "pushes", "order": "pushes"}
    promises |= {"authorise_url": "authorises", "exchange": "authorises"}
    for method, capability in promises.items():
        overridden = getattr(found_class, method) is not getattr(Adapter, method)
        assert getattr(declared, capability) == overridden, f"{slug}: capability {capability} and {method} disagree"


@every_network
def test_what_is_not_declared_is_refused_as_bad_input(slug: str) -> None:
    adapter = offline(slug)
    ref = ItemRef(slug, "1")
    calls = {"lookup": lambda: adapter.lookup(ref), "search": lambda: adapter.search("x")}
    calls |= {"link": lambda: adapter.link(ref, None)}
    for name, call in calls.items():
        if not getattr(adapter.capabilities, name):
            with pytest.raises(BadInput):
                call()


@every_network
def test_a_network_that_pushes_is_answered_in_its_own_form(slug: str) -> None:
    found_class = adapter_class(slug)
    answers = (found_class.push_taken, found_class.push_refused)
    assert all(answers) == any(answers) == found_class.capabilities.pushes
    assert not any(answers) or answers[0] != answers[1]


@every_network
def test_a_sub_id_pattern_is_a_pattern_that_takes_codes_and_tokens(slug: str) -> None:
    pattern = adapter_class(slug).capabilities.sub_id_pattern
    if pattern:
        assert re.fullmatch(pattern, "abcdefgh")
        assert re.fullmatch(pattern, "a2345678901234567890")
        assert not re.fullmatch(pattern, "with space")
        assert not re.fullmatch(pattern, "a" * 200)


@every_network
def test_order_windows_are_positive(slug: str) -> None:
    declared = adapter_class(slug).capabilities
    if declared.orders:
        assert declared.order_window > timedelta(0)
        assert timedelta(0) <= declared.order_overlap
        assert declared.order_time_types


@every_network
def test_file_import_is_declared_where_profiles_exist(slug: str) -> None:
    adapter = offline(slug)
    assert bool(adapter.export_profiles()) == adapter.capabilities.file_import
    assert all(profile.network == slug for profile in adapter.export_profiles())


@every_network
def test_the_schemes_of_its_app_are_schemes_in_lower_case_and_none_that_a_browser_runs(slug: str) -> None:
    for scheme in adapter_class(slug).app_schemes:
        assert re.fullmatch(r"[a-z][a-z0-9.+-]*", scheme)
        assert scheme not in {"http", "https", "javascript", "data", "file", "intent", "blob", "vbscript", "about"}


@that_can("link")
def test_a_link_that_opens_an_app_is_of_a_declared_scheme(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    sub_id = SUB_ID if adapter.capabilities.sub_id_pattern else None
    app_link = adapter.link(found(adapter, gateway), sub_id).deeplink
    assert not app_link or app_link.split(":")[0].lower() in adapter.app_schemes
    assert bool(app_link) == bool(adapter.app_schemes)


# --- recognition ---


@every_network
@given(text=PASTED)
def test_recognition_never_raises_on_any_text(slug: str, text: str) -> None:
    adapter = offline(slug)
    for ref in adapter.recognise(text):
        assert ref.network == slug
        assert ref.item_id or ref.needs_expansion
        adapter.item_url(ref)


@every_network
def test_recognition_is_instant_on_a_hostile_text(slug: str) -> None:
    adapter = offline(slug)
    for text in (
        "http://" * 20_000,
        "a." * 60_000,
        "「" * 90_000,
        "jd:" * 40_000,
        "￥a" * 60_000,
        "淘宝(" * 40_000,
        "1" * 200_000,
        "%" * 90_000,
    ):
        adapter.recognise(text)


@every_network
def test_recognition_and_plain_addresses_touch_no_network(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("recognition opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    adapter = offline(slug)
    for ref in adapter.recognise(
        "https://item.jd.com/100000000001.html https://u.jd.com/AbCdEf1 http://127.0.0.1:8001/item/1"
    ):
        adapter.item_url(ref)


@every_network
def test_a_foreign_link_is_nobodys(slug: str) -> None:
    assert offline(slug).recognise("https://example.org/item/123456.html 没有别的") == []


def test_an_item_is_recognised_once_and_its_plain_address_leads_back_to_it(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    ref = found(adapter, gateway)
    assert adapter.recognise(gateway.text + " " + gateway.text)[0].item_id == ref.item_id
    address = adapter.item_url(ref)
    if address:
        assert [again.item_id for again in adapter.recognise(address)] == [ref.item_id]


def test_the_form_slug_and_id_names_the_same_item(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    ref = found(adapter, gateway)
    assert [again.item_id for again in adapter.recognise(f"看看 {adapter.slug}:{ref.item_id} 吧")] == [ref.item_id]


# --- without credentials ---


@with_credentials
def test_without_credentials_every_call_is_off_and_names_the_keys(slug: str) -> None:
    adapter = adapter_class(slug)({}, Transport(slug, deadline=1))
    with pytest.raises(Off) as caught:
        adapter.check()
    assert all(key in caught.value.message + caught.value.detail for key in adapter.credential_keys)


@every_network
def test_an_adapter_made_for_recognition_has_no_way_out(slug: str) -> None:
    with pytest.raises(Off):
        _ = offline(slug).transport


# --- live, against the gateway ---


def test_the_credentials_prove_themselves(live: tuple[Adapter, Gateway]) -> None:
    adapter, _ = live
    adapter.check()


@that_can("lookup")
def test_a_look_up_tells_title_price_and_picture(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    snapshot = adapter.lookup(found(adapter, gateway))
    assert isinstance(snapshot, ItemSnapshot)
    assert snapshot.title
    assert snapshot.price_minor is not None and snapshot.price_minor > 0
    assert snapshot.final_price_minor is not None and 0 < snapshot.final_price_minor <= snapshot.price_minor
    assert snapshot.seen_at.utcoffset() == timedelta(0)
    assert snapshot.ref.item_id == found(adapter, gateway).item_id
    assert isinstance(snapshot.price_minor, int)


@that_can("search")
def test_a_search_finds_the_item(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    results = adapter.search(gateway.query)
    assert results
    assert all(result.ref.network == adapter.slug and result.title for result in results)
    assert adapter.search("没有这样的东西zzzz") == []


@that_can("link")
def test_a_link_leads_to_a_listed_host_and_carries_the_sub_id(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    carried = SUB_ID if adapter.capabilities.sub_id_pattern else None
    made = adapter.link(found(adapter, gateway), carried)
    assert isinstance(made, AffiliateLink)
    assert (made.sub_id == SUB_ID or made.carries_click_token) if carried else made.ad_slot
    host = urlsplit(made.url).netloc.lower()
    allowed = adapter.exit_allowed_hosts()
    assert allowed
    assert any(host == entry or host.split(":")[0] == entry or host.endswith(entry) for entry in allowed)


@pytest.mark.parametrize("sub_id", ["with space", "中文", "x" * 200, ""])
@that_can("link")
def test_a_sub_id_that_cannot_be_carried_is_refused(live: tuple[Adapter, Gateway], sub_id: str) -> None:
    adapter, gateway = live
    with pytest.raises(BadInput):
        adapter.link(found(adapter, gateway), sub_id)


@that_can("orders")
def test_a_purchase_comes_back_with_its_sub_id(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    window = gateway.buy(SUB_ID)
    own = partial(is_own, adapter, gateway)
    lines = [line for page in adapter.orders(window) for line in page.lines if own(line)]
    assert len(lines) == 1
    line = lines[0]
    assert isinstance(line, OrderLine)
    assert line.network == adapter.slug
    assert line.state is LineState.PENDING
    assert line.amount_minor > 0 and isinstance(line.amount_minor, int)
    assert line.estimated_commission_minor > 0 and line.settled_commission_minor is None
    assert line.placed_at.utcoffset() == timedelta(0)
    again = [line for page in adapter.orders(window) for line in page.lines if own(line)]
    assert [(one.order_id, one.line_id) for one in again] == [(line.order_id, line.line_id)]


@that_can("lookup")
def test_a_gateway_that_is_gone_is_an_error_of_this_house(live: tuple[Adapter, Gateway]) -> None:
    adapter, gateway = live
    gone = type(adapter)(
        {**gateway.config, "GATEWAY": "http://127.0.0.1:9"}, Transport(adapter.slug, deadline=2, attempts=1)
    )
    with pytest.raises(NetworkError) as caught:
        gone.lookup(found(adapter, gateway))
    assert caught.value.kind == "unavailable"
