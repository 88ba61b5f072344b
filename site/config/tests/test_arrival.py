"""What is believed of a request's own words: its name, its scheme, where it comes from."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from config import request_id
from config.arrival import ArrivalMiddleware
from config.client_ip import Proxies, of_environ

PROXY = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture
def proxied(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8::/32"]


def seen(rf, **meta):
    """What the site thinks of a request, and its answer."""
    found = {}

    def inner(request):
        found.update(secure=request.is_secure(), meta=dict(request.META), name=request_id.current.get())
        return HttpResponse("ok")

    found["answer"] = ArrivalMiddleware(inner)(rf.get("/", **meta))
    return found


@pytest.mark.parametrize("address", ["10.0.0.1", "10.255.0.9", "::ffff:10.0.0.1", "2001:db8::5"])
def test_a_range_names_every_proxy_in_it(address):
    assert address in Proxies(["10.0.0.0/8", "2001:db8::/32"])


@pytest.mark.parametrize("address", ["11.0.0.1", "", "unknown", "10.0.0.1:80", "2001:db9::5", "10.0.0.0/8"])
def test_what_is_not_in_a_range_is_no_proxy(address):
    assert address not in Proxies(["10.0.0.0/8", "2001:db8::/32"])


@pytest.mark.parametrize("word", ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", "*"])
def test_a_proxy_that_is_no_address_is_refused_by_name(word):
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        Proxies([word])


def test_the_chain_is_walked_through_ranges():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.2.3.4, 10.9.9.9"}
    assert of_environ(environ, Proxies(["10.0.0.0/8"])) == "1.2.3.4"


def test_https_is_believed_from_our_proxy_alone(rf, proxied):
    assert seen(rf, HTTP_X_FORWARDED_PROTO="https", **PROXY)["secure"] is True
    assert seen(rf, HTTP_X_FORWARDED_PROTO="https", REMOTE_ADDR="192.0.2.1")["secure"] is False


def test_without_proxies_nobody_is_believed(rf, settings):
    settings.TRUSTED_PROXIES = []
    found = seen(rf, HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="1.2.3.4", REMOTE_ADDR="127.0.0.1")
    assert found["secure"] is False
    assert "HTTP_X_FORWARDED_FOR" not in found["meta"]


def test_a_request_keeps_the_name_our_proxy_gave_it(rf, proxied):
    found = seen(rf, HTTP_X_REQUEST_ID="abc-123.DEF_9", **PROXY)
    assert found["name"] == found["answer"]["X-Request-ID"] == "abc-123.DEF_9"


def test_a_stranger_does_not_name_our_requests(rf, proxied):
    found = seen(rf, HTTP_X_REQUEST_ID="abc-123.DEF_9", REMOTE_ADDR="192.0.2.1")
    assert found["answer"]["X-Request-ID"] == found["name"] != "abc-123.DEF_9"


def test_each_request_has_a_name_of_its_own_and_none_is_left_behind(rf):
    assert seen(rf)["name"] != seen(rf)["name"]
    assert request_id.current.get() == ""


def test_a_request_that_breaks_leaves_no_name_behind(rf):
    def broken(_request):
        raise ValueError

    with pytest.raises(ValueError):
        ArrivalMiddleware(broken)(rf.get("/"))
    assert request_id.current.get() == ""


@given(st.text(max_size=200))
def test_no_name_can_break_out_of_a_line_or_a_header(given_name):
    name = request_id.named(given_name)
    assert 8 <= len(name) <= 64
    assert name.isascii() and name.isprintable() and " " not in name


@pytest.mark.django_db
def test_a_page_answers_with_its_name(client):
    assert len(client.get("/search/")["X-Request-ID"]) == 16


def test_what_is_logged_meanwhile_carries_the_name(rf, caplog):
    from config.logs import RequestFilter

    caplog.handler.addFilter(RequestFilter())
    name = ""

    def inner(_request):
        nonlocal name
        name = request_id.current.get()
        logging.getLogger("zhongcao.test").warning("Something.")
        return HttpResponse("ok")

    ArrivalMiddleware(inner)(rf.get("/"))
    assert [record.request_id for record in caplog.records] == [name]
