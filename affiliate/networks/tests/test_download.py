"""Fetching a file of somebody else's: only public addresses, bounded bytes and time, nothing twice for nothing."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from affiliate.networks.download import Downloader
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Unavailable

URL = "https://feeds.farm.example/products.csv?key=s3cret"
Answer = Callable[[httpx.Request], httpx.Response]


def downloader(answer: Answer, addresses: dict[str, list[str]] | None = None) -> Downloader:
    found = addresses or {}
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Downloader(resolver=lambda host: found.get(host, ["93.184.216.34"]), client=client)


def test_a_file_is_fetched_from_the_address_that_was_checked_with_its_marks():
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b"a,b", headers={"ETag": '"1"', "Last-Modified": "Mon"})

    into = io.BytesIO()
    found = downloader(answer).fetch(URL, into)
    assert (into.getvalue(), found.is_new, found.size, found.etag, found.last_modified) == (
        b"a,b",
        True,
        3,
        '"1"',
        "Mon",
    )
    assert (asked[0].url.host, asked[0].headers["Host"]) == ("93.184.216.34", "feeds.farm.example")
    assert asked[0].extensions["sni_hostname"] == "feeds.farm.example"


def test_what_has_not_changed_is_not_fetched_again():
    def answer(request: httpx.Request) -> httpx.Response:
        same = request.headers.get("If-None-Match") == '"1"' and request.headers.get("If-Modified-Since") == "Mon"
        return httpx.Response(304 if same else 200)

    assert not downloader(answer).fetch(URL, io.BytesIO(), etag='"1"', last_modified="Mon").is_new


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://farm.example/x", "http://127.0.0.1/x", "http://[::1]/x", "http://localhost/x",
        "https://farm.example:8443/x", "https://user:pw@farm.example/x", "https://farm.example/a b", "//farm.example/x",
        "http://2130706433/", "https://farm.example/" + "x" * 2000, "https://[x/", "",
    ],
)  # fmt: skip
def test_addresses_that_must_not_be_asked_are_refused_without_a_look_up(url):
    with pytest.raises(BadInput):
        downloader(lambda _request: pytest.fail("asked")).fetch(url, io.BytesIO())


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"])
def test_a_name_that_leads_into_a_private_network_is_refused_at_once_and_after_a_redirect(address):
    inside = {"inside.example": [address]}
    with pytest.raises(BadInput, match="private"):
        downloader(lambda _request: pytest.fail("asked"), inside).fetch("https://inside.example/x", io.BytesIO())

    def onward(request: httpx.Request) -> httpx.Response:
        assert request.headers["Host"] == "feeds.farm.example"
        return httpx.Response(302, headers={"Location": "https://inside.example/x"})

    with pytest.raises(BadInput, match="private"):
        downloader(onward, inside).fetch(URL, io.BytesIO())


def test_redirects_end_and_never_lead_back_to_an_open_connection():
    def round_and_round(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": URL})

    with pytest.raises(BadInput, match="for ever"):
        downloader(round_and_round).fetch(URL, io.BytesIO())
    with pytest.raises(BadInput, match="open connection"):
        downloader(lambda _r: httpx.Response(302, headers={"Location": "http://feeds.farm.example/"})).fetch(
            URL, io.BytesIO()
        )


def test_a_feed_of_one_gigabyte_is_refused_before_a_byte_of_it_is_read():
    def body() -> Iterator[bytes]:
        pytest.fail("read")
        yield b""

    into = io.BytesIO()
    with pytest.raises(BadInput, match="larger than 64 MB"):
        downloader(lambda _r: httpx.Response(200, content=body(), headers={"Content-Length": str(1 << 30)})).fetch(
            URL, into
        )
    assert not into.getvalue()


def test_one_that_does_not_say_its_size_is_stopped_at_the_limit():
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 8192
            yield b"x" * 8192

    with pytest.raises(BadInput, match="larger than 1 MB"):
        downloader(lambda _r: httpx.Response(200, content=body())).fetch(URL, io.BytesIO(), most_bytes=1 << 20)
    assert sent <= (1 << 20) + 2 * 8192


def test_one_that_drips_is_stopped_at_its_time():
    def body() -> Iterator[bytes]:
        while True:
            time.sleep(0.05)
            yield b"x"

    began = time.monotonic()
    with pytest.raises(Unavailable, match="in time"):
        downloader(lambda _r: httpx.Response(200, content=body())).fetch(URL, io.BytesIO(), seconds=0.3)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(404), NotFound),
        (httpx.Response(500), Unavailable),
        (httpx.Response(403), Unavailable),
        (httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b""), ProtocolError),
    ],
)
def test_what_is_no_file_is_told_apart_and_names_no_key(answer, kind):
    with pytest.raises(kind) as failed:
        downloader(lambda _request: answer).fetch(URL, io.BytesIO())
    assert "s3cret" not in f"{failed.value} {failed.value.detail} {failed.value.code}"


def test_a_connection_that_breaks_names_no_key_either():
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot reach {request.url}")

    with pytest.raises(NetworkError) as failed:
        downloader(broken).fetch(URL, io.BytesIO())
    assert "s3cret" not in f"{failed.value} {failed.value.detail}"
