"""Who clicks: readers, suspects, bots, prefetches and staff."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.addresses import host_allowed
from affiliate.tracking.exit import staff
from affiliate.tracking.exit.addresses import safe_url
from affiliate.tracking.exit.classify import classify, client_of

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"


def kind(user_agent=PHONE, method="GET", is_staff=False, **headers):
    environ = {"REQUEST_METHOD": method, "HTTP_USER_AGENT": user_agent, **headers}
    return classify(environ, client_of(user_agent), is_staff=is_staff)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 Mobile Safari/537.36 (compatible; Bytespider)",
        "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
        "curl/8.4.0",
        "python-requests/2.32",
        "Python-urllib/3.11",
        "Go-http-client/1.1",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "okhttp/4.12.0",
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "Deno/1.46",
        "Jakarta Commons-HttpClient/3.1",
    ],
)
def test_bots_are_known(user_agent):
    assert kind(user_agent) == "bot"


@pytest.mark.parametrize(
    "user_agent",
    [
        "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "WhatsApp/2.23.20.0",
        "Facebot",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "WeChat/8.0.2.35 CFNetwork/1220.1 Darwin/20.3.0",
    ],
)
def test_previews_are_told_from_bots(user_agent):
    assert kind(user_agent) == "prefetch"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_X_MOZ": "prefetch"},
        {"HTTP_X_PURPOSE": "preview"},
        {"method": "HEAD"},
    ],
)
def test_who_asks_ahead_of_a_person_is_no_reader(headers):
    assert kind(**headers) == "prefetch"


def test_readers_suspects_and_staff():
    assert kind() == "human"
    assert kind(HTTP_SEC_FETCH_DEST="document") == "human"
    assert kind(HTTP_SEC_FETCH_DEST="iframe") == "suspect"
    assert kind(HTTP_SEC_FETCH_DEST="image") == "suspect"
    assert kind("") == "suspect"
    assert kind("  ") == "suspect"
    assert kind("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36") == "suspect"
    assert kind(is_staff=True) == "staff"
    assert kind("curl/8.4.0", is_staff=True) == "bot"


def test_a_phone_called_cubot_is_a_readers():
    assert kind("Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120 Mobile") == "human"


def test_the_staff_cookie_holds_until_it_runs_out_and_cannot_be_made_up():
    now = time.time()
    good = staff.sign(int(now) + 100, "secret")
    assert staff.is_valid(f"a=b; zc_staff={good}; c=d", "secret", now)
    assert not staff.is_valid(f"zc_staff={good}", "secret", now + 101)
    assert not staff.is_valid(f"zc_staff={good}", "another", now)
    assert not staff.is_valid(f"zc_staff={int(now) + 999}.{good.split('.')[1]}", "secret", now)


@given(st.text(max_size=80))
def test_no_cookie_breaks_the_check(text):
    assert not staff.is_valid(f"zc_staff={text}", "secret", 0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "//shop.example/a",
        "https://shop.example@evil.example/",
        "https://evil.example/?https://shop.example",
        "https://evil.example\\@shop.example/",
        "https://shop.example.evil.example/",
        "https://notshop.example/",
        "https://{token}.shop.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example:99999/",
        "https://shop.example/ a",
        "ftp://shop.example/",
        "https://shop。example/",
        "https://[::1/",
    ],
)
def test_an_address_that_may_not_be_left_to_is_none(url):
    assert safe_url(url, ("shop.example", ".shop.example")) == ""


def test_a_good_address_keeps_its_parameters_and_the_place_of_the_token():
    url = "https://a.shop.example:8443/路?x=%E8%B7%AF&t={token}&y={z}#f"
    assert (
        safe_url(url, (".shop.example",)) == "https://a.shop.example:8443/%E8%B7%AF?x=%E8%B7%AF&t={token}&y=%7Bz%7D#f"
    )


@given(st.text(max_size=80), st.sampled_from(["https://", "http://shop.example", "https://shop.example/", ""]))
def test_whatever_passes_is_plain_ascii_on_an_allowed_host(rest, start):
    from urllib.parse import urlsplit

    safe = safe_url(start + rest, ("shop.example",))
    if safe:
        assert safe.isascii()
        assert safe.isprintable()
        assert host_allowed(urlsplit(safe).hostname, ("shop.example",))


def test_a_host_named_with_its_port_admits_that_port_alone():
    assert safe_url("http://127.0.0.1:8001/item/1?sub={token}", ("127.0.0.1:8001",)).endswith("?sub={token}")
    assert safe_url("http://127.0.0.1:8002/item/1", ("127.0.0.1:8001",)) == ""
    assert safe_url("http://127.0.0.1/item/1", ("127.0.0.1:8001",)) == ""
