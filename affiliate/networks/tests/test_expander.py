"""Following short links: only listed hosts, only public addresses, and never for long."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from affiliate.networks.addresses import host_allowed, is_public
from affiliate.networks.errors import BadInput, NetworkError, NotFound, Unavailable
from affiliate.networks.expander import MOST_BYTES, Expander, expand_ref
from affiliate.networks.jd.adapter import JdAdapter

HOSTS = ("u.jd.com", "3.cn", ".jd.com")
PUBLIC = "116.196.64.10"
ITEM = "https://item.jd.com/100012043978.html"
Pages = dict[str, httpx.Response | Exception]


def redirect(to: str) -> httpx.Response:
    return httpx.Response(302, headers=[(b"Location", to.encode())])


def page(body: str) -> httpx.Response:
    return httpx.Response(200, text=body)


class Web:
    """A few pages by address; remembers what was asked and of which machine."""

    def __init__(self, pages: Pages, addresses: dict[str, list[str]] | None = None) -> None:
        self.pages, self.addresses = pages, addresses or {}
        self.asked: list[httpx.Request] = []
        self.resolved: list[str] = []

    def resolve(self, host: str) -> list[str]:
        self.resolved.append(host)
        return self.addresses.get(host, [PUBLIC])

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        url = f"{request.url.scheme}://{request.headers['Host']}{request.url.raw_path.decode()}"
        found = self.pages[url]
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def expander(self) -> Expander:
        return Expander(resolver=self.resolve, client=httpx.Client(transport=httpx.MockTransport(self.answer)))


def test_a_redirect_is_followed_to_its_end() -> None:
    web = Web({"https://u.jd.com/abc": redirect("https://union-click.jd.com/jdc?p=1")})
    web.pages |= {"https://union-click.jd.com/jdc?p=1": redirect(ITEM), ITEM: page("锅")}
    found = web.expander.expand("https://u.jd.com/abc", HOSTS)
    assert (found.url, found.body) == (ITEM, "锅")


def test_the_connection_goes_to_the_checked_address_and_tls_proves_the_name() -> None:
    web = Web({"https://u.jd.com/abc": page("x")})
    web.expander.expand("https://u.jd.com/abc", HOSTS)
    (request,) = web.asked
    assert request.url.host == PUBLIC
    assert request.headers["Host"] == "u.jd.com"
    assert request.extensions["sni_hostname"] == "u.jd.com"
    assert web.resolved == ["u.jd.com"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
    + [
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2002:7f00:1::",
    ]
    + [
        "::ffff:127.0.0.1",
        "::ffff:116.196.64.10",
        "64:ff9b::7f00:1",
        "2001:0:1::1",
        "2001:db8::1",
        "::7f00:1",
        "nonsense",
        "",
    ],
)
def test_nothing_but_the_open_internet_is_connected_to(address: str) -> None:
    assert not is_public(address)
    web = Web({}, {"u.jd.com": [PUBLIC, address]})
    with pytest.raises(BadInput) as caught:
        web.expander.expand("https://u.jd.com/abc", HOSTS)
    assert caught.value.code == "private"
    assert web.asked == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2400:3200::1"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_redirect_into_a_private_network_is_not_followed() -> None:
    web = Web({"https://u.jd.com/abc": redirect("https://inner.jd.com/")}, {"inner.jd.com": ["10.0.0.1"]})
    with pytest.raises(BadInput) as caught:
        web.expander.expand("https://u.jd.com/abc", HOSTS)
    assert caught.value.code == "private"
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "http://127.0.0.1/",
        "https://jd.com.evil.example/",
        "ftp://item.jd.com/",
        "https://item.jd.com:22/",
    ]
    + [
        "https://user@item.jd.com/",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://[::1]/",
        "https://[bad",
        "gopher://u.jd.com/",
    ],
)
def test_a_redirect_off_the_list_is_not_followed(target: str) -> None:
    web = Web({"https://u.jd.com/abc": redirect(target)})
    with pytest.raises(BadInput) as caught:
        web.expander.expand("https://u.jd.com/abc", HOSTS)
    assert caught.value.code == "off_list"
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "javascript:alert(1)", "", "http://[", "https://u.jd.com@evil.example/"]
)
def test_a_link_that_was_never_on_the_list_is_not_opened(url: str) -> None:
    web = Web({})
    with pytest.raises(BadInput):
        web.expander.expand(url, HOSTS)
    assert web.asked == []


@pytest.mark.parametrize("status", [300, 302, 304, 399])
def test_a_redirect_to_nowhere_is_no_answer(status: int) -> None:
    with pytest.raises(Unavailable):
        Web({"https://u.jd.com/abc": httpx.Response(status)}).expander.expand("https://u.jd.com/abc", HOSTS)


@pytest.mark.parametrize(
    "target", ["https://item.jd.com/\x01", "https://[::1", "https://item.jd.com:abc/", "https://ｕ.jd.com/"]
)
def test_an_address_that_cannot_be_read_is_an_error_of_this_house_wherever_it_stands(target: str) -> None:
    for answer in (page(f"<script>location.href='{target}'</script>"), redirect(target)):
        try:
            Web({"https://u.jd.com/abc": answer}).expander.expand("https://u.jd.com/abc", HOSTS)
        except NetworkError as error:
            assert error.message


def test_a_circle_is_noticed() -> None:
    web = Web(
        {"https://u.jd.com/a": redirect("https://u.jd.com/b"), "https://u.jd.com/b": redirect("https://u.jd.com/a")}
    )
    with pytest.raises(BadInput) as caught:
        web.expander.expand("https://u.jd.com/a", HOSTS)
    assert caught.value.code == "loop"
    assert len(web.asked) == 2


def test_a_chain_without_end_is_given_up_after_five_hops() -> None:
    web = Web({f"https://u.jd.com/{n}": redirect(f"https://u.jd.com/{n + 1}") for n in range(50)})
    with pytest.raises(BadInput):
        web.expander.expand("https://u.jd.com/0", HOSTS)
    assert len(web.asked) == 5


def test_only_the_start_of_a_page_is_read() -> None:
    web = Web({"https://u.jd.com/a": page("x" * 1_000_000)})
    assert len(web.expander.expand("https://u.jd.com/a", HOSTS).body) == MOST_BYTES


@pytest.mark.parametrize(
    "body",
    [
        '<meta http-equiv="refresh" content="0; url=https://item.jd.com/1.html">',
        "<script>location.href='https://item.jd.com/1.html'</script>",
        '<script>window.location.replace("https:\\/\\/item.jd.com\\/1.html")</script>',
        "<script>var hrl='https://item.jd.com/1.html';</script>",
    ],
)
def test_a_landing_page_that_sends_on_is_followed(body: str) -> None:
    web = Web({"https://u.jd.com/a": page(body), "https://item.jd.com/1.html": page("end")})
    assert web.expander.expand("https://u.jd.com/a", HOSTS).url == "https://item.jd.com/1.html"


def test_a_landing_page_that_sends_off_the_list_is_the_end() -> None:
    web = Web({"https://u.jd.com/a": page("<script>location.href='https://evil.example/'</script>")})
    assert web.expander.expand("https://u.jd.com/a", HOSTS).url == "https://u.jd.com/a"


def test_no_page_beyond_the_wanted_one_is_opened() -> None:
    web = Web({"https://u.jd.com/a": redirect(ITEM)})
    assert web.expander.expand("https://u.jd.com/a", HOSTS, until=lambda text: text == ITEM).url == ITEM
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(404), NotFound),
        (httpx.Response(500), Unavailable),
        (httpx.Response(403), Unavailable),
        (httpx.ConnectTimeout("x"), Unavailable),
        (httpx.ConnectError("x"), Unavailable),
        (httpx.RemoteProtocolError("x"), Unavailable),
    ],
)
def test_a_dead_or_silent_link_is_told_apart(answer: httpx.Response | Exception, expected: type[NetworkError]) -> None:
    with pytest.raises(expected):
        Web({"https://u.jd.com/a": answer}).expander.expand("https://u.jd.com/a", HOSTS)


def _no_such_host(host: str) -> list[str]:
    raise OSError("no such host")


@pytest.mark.parametrize("resolver", [_no_such_host, lambda host: []])
def test_a_host_without_address_is_unavailable(resolver: Callable[[str], list[str]]) -> None:
    with pytest.raises(Unavailable):
        Expander(resolver=resolver).expand("https://u.jd.com/a", HOSTS)


def test_a_name_server_that_hangs_does_not_hold_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affiliate.networks.expander.MOST_SECONDS", 0.2)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        Expander(resolver=lambda host: time.sleep(1) or [PUBLIC]).expand("https://u.jd.com/a", HOSTS)
    assert time.monotonic() - started < 0.8


def test_a_short_link_of_jd_becomes_its_item_and_keeps_what_the_text_told() -> None:
    adapter = JdAdapter({})
    (ref,) = adapter.recognise("「一口锅」https://u.jd.com/AbCdEf1 券后159元")
    web = Web({"https://u.jd.com/AbCdEf1": page("<script>var hrl='https://u.jd.com/jda?e=1&p=2'</script>")})
    web.pages["https://u.jd.com/jda?e=1&p=2"] = redirect(ITEM + "?utm_campaign=t_1_")
    found = expand_ref(adapter, ref, web.expander)
    assert (found.item_id, found.needs_expansion) == ("100012043978", False)
    assert found.hints == {"title": "一口锅", "price": "159"}


def test_an_item_named_in_the_landing_page_is_found_there() -> None:
    adapter = JdAdapter({})
    (ref,) = adapter.recognise("https://3.cn/35AB-7xx")
    web = Web({"https://3.cn/35AB-7xx": page(f'<a href="{ITEM}">打开</a>')})
    assert expand_ref(adapter, ref, web.expander).item_id == "100012043978"


@pytest.mark.parametrize("body", ["活动页", f"{ITEM} https://item.jd.com/100000000002.html"])
def test_a_page_of_none_or_many_items_is_no_item(body: str) -> None:
    adapter = JdAdapter({})
    (ref,) = adapter.recognise("https://3.cn/35AB-7xx")
    with pytest.raises(NotFound, match="no single item"):
        expand_ref(adapter, ref, Web({"https://3.cn/35AB-7xx": page(body)}).expander)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("item.jd.com", True),
        ("ITEM.JD.COM.", True),
        ("jd.com", False),
        ("evil-jd.com", False),
        ("u.jd.com", True),
        ("x3.cn", False),
    ],
)
def test_the_list_names_hosts_and_domains(host: str, allowed: bool) -> None:
    assert host_allowed(host, HOSTS) is allowed
