"""The way out: deadline, retries, body limit, errors, the guard's view, and what the log may say."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    Off,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.failures import from_exception
from affiliate.networks.transport import MAX_BODY, Transport, parse_json

URL = "https://gateway.example/api?sign=SECRETSIGN"
Answer = Callable[[httpx.Request], httpx.Response]


class Notes:
    """A guard that writes down what it is told."""

    def __init__(self) -> None:
        self.before_calls: list[tuple[str, str, float]] = []
        self.after_calls: list[tuple[str, NetworkError | None]] = []
        self.closed = False

    def before(self, network: str, operation: str, calls_per_second: float, deadline: float) -> None:
        if self.closed:
            raise Off("switched off", network=network)
        self.before_calls.append((operation, str(calls_per_second), deadline))

    def after(self, network: str, operation: str, error: NetworkError | None, seconds: float) -> None:
        assert seconds >= 0
        self.after_calls.append((operation, error))


def transport(answer: Answer, *, guard: Notes | None = None, deadline: float = 2.0, attempts: int = 3) -> Transport:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Transport("shop", guard=guard, client=client, deadline=deadline, attempts=attempts)


def failing(*failures: int | Exception, then: int = 200) -> tuple[Answer, list[httpx.Request]]:
    """An answer that fails so often, and what it was asked."""
    left, asked = list(failures), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        failure = left.pop(0) if left else then
        if isinstance(failure, Exception):
            raise failure
        return httpx.Response(failure, json={"ok": failure == 200})

    return answer, asked


def test_a_good_answer_comes_back_whole() -> None:
    answer, asked = failing()
    response = transport(answer).request("POST", URL, operation="q", data={"a": "1"})
    assert parse_json(response, "shop") == {"ok": True}
    assert asked[0].content == b"a=1"


@pytest.mark.parametrize("failure", [500, 502, 503, 504, 408, 429, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_what_may_pass_is_tried_again(failure: int | Exception) -> None:
    answer, asked = failing(failure, failure)
    assert transport(answer).request("GET", URL, operation="q").status_code == 200
    assert len(asked) == 3


@pytest.mark.parametrize("failure", [400, 401, 403, 404, 501, 302, 418, httpx.UnsupportedProtocol("x")])
def test_what_will_not_pass_is_asked_once(failure: int | Exception) -> None:
    answer, asked = failing(failure)
    with pytest.raises(NetworkError):
        transport(answer).request("GET", URL, operation="q")
    assert len(asked) == 1


def test_attempts_have_an_end() -> None:
    answer, asked = failing(*[503] * 9)
    with pytest.raises(Unavailable):
        transport(answer).request("GET", URL, operation="q")
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, ProtocolError),
        (400, BadInput),
        (401, Reauthorise),
        (403, PermissionNeeded),
        (404, NotFound),
        (408, Unavailable),
        (410, NotFound),
        (418, ProtocolError),
        (422, BadInput),
        (429, Wait),
        (500, Unavailable),
        (502, Unavailable),
        (599, Unavailable),
    ],
)
def test_every_status_is_an_error_of_this_house(status: int, expected: type[NetworkError]) -> None:
    answer, _ = failing(*[status] * 5)
    with pytest.raises(expected) as caught:
        transport(answer, attempts=1).request("GET", URL, operation="q")
    assert caught.value.code == f"http_{status}"
    assert caught.value.network == "shop"


def _leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _leaves(child)


@pytest.mark.parametrize("kind", [*_leaves(httpx.TransportError), httpx.DecodingError, httpx.InvalidURL])
def test_every_exception_of_httpx_is_mapped(kind: type[Exception]) -> None:
    answer, _ = failing(kind("peer closed connection"))
    with pytest.raises(NetworkError) as caught:
        transport(answer, attempts=1).request("GET", URL, operation="q")
    assert caught.value.message
    assert caught.value.code


def test_garbage_instead_of_http_is_not_taken_for_a_broken_line() -> None:
    assert isinstance(from_exception(httpx.RemoteProtocolError("illegal status line"), "x"), ProtocolError)
    assert isinstance(from_exception(httpx.RemoteProtocolError("Server disconnected"), "x"), Unavailable)


@pytest.mark.parametrize("value", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_long_retry_after_is_not_waited_for(value: str) -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(1)
        return httpx.Response(429, headers={"Retry-After": value})

    with pytest.raises(Wait) as caught:
        transport(answer).request("GET", URL, operation="q")
    assert caught.value.retry_at is not None
    assert len(asked) == 1


@pytest.mark.parametrize("value", ["", "soon", "-1", "9" * 5000, "Wed, 99 Nov 2025 99:99:99 GMT"])
def test_a_senseless_retry_after_does_no_harm(value: str) -> None:
    with pytest.raises(Wait):
        transport(lambda _: httpx.Response(429, headers={"Retry-After": value}), attempts=1).request(
            "GET", URL, operation="q"
        )


def test_a_short_retry_after_is_honoured() -> None:
    times: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(time.monotonic())
        return httpx.Response(429 if len(times) == 1 else 200, headers={"Retry-After": "1"})

    transport(answer, deadline=5).request("GET", URL, operation="q")
    assert 0.8 < times[1] - times[0] < 2


def test_a_body_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        transport(lambda _: httpx.Response(200, content=b"x" * (MAX_BODY + 1))).request("GET", URL, operation="q")
    assert caught.value.code == "too_large"


def test_redirects_are_never_followed() -> None:
    answer = httpx.Response(302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(ProtocolError):
        transport(lambda _: answer).request("GET", URL, operation="q")


def test_retrying_runs_again_after_errors_found_inside_the_answer() -> None:
    answer, asked = failing()
    shop = transport(answer)

    def call() -> str:
        shop.request("GET", URL, operation="q")
        if len(asked) < 3:
            raise Unavailable("busy", code="500")
        return "done"

    assert shop.retrying(call) == "done"


def test_inside_retrying_requests_do_not_multiply() -> None:
    answer, asked = failing(*[503] * 20)
    shop = transport(answer)
    with pytest.raises(Unavailable):
        shop.retrying(lambda: shop.request("GET", URL, operation="q"))
    assert len(asked) == 3


def test_one_deadline_holds_over_all_attempts() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        time.sleep(0.2)
        return httpx.Response(503)

    started = time.monotonic()
    with pytest.raises(Unavailable):
        transport(answer, deadline=0.5, attempts=50).request("GET", URL, operation="q")
    assert time.monotonic() - started < 1.2


def test_an_error_of_the_code_itself_is_not_swallowed() -> None:
    with pytest.raises(KeyError):
        transport(failing()[0]).retrying(lambda: {}["missing"])


def test_the_guard_hears_of_every_attempt_and_of_errors_inside_answers() -> None:
    notes = Notes()
    answer, _ = failing(503)
    shop = transport(answer, guard=notes)

    def call() -> None:
        shop.request("GET", URL, operation="orders")
        raise PermissionNeeded("no", code="403")

    with pytest.raises(PermissionNeeded):
        shop.retrying(call)
    assert [(operation, error.kind if error else None) for operation, error in notes.after_calls] == [
        ("orders", "unavailable"),
        ("orders", "permission"),
    ]
    assert len(notes.before_calls) == 2
    assert all(0 < left <= 2.0 for _, _, left in notes.before_calls)


def test_a_closed_guard_stops_the_call_before_it_leaves() -> None:
    notes = Notes()
    notes.closed = True
    answer, asked = failing()
    with pytest.raises(Off):
        transport(answer, guard=notes).request("GET", URL, operation="q")
    assert asked == []
    assert notes.after_calls == []


def test_the_log_holds_one_line_a_call_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "zhongcao.networks")
    answer, _ = failing()
    transport(answer).request(
        "POST",
        URL,
        operation="orders",
        data={
            "app_key": "KEYVALUE",
            "sign": "SIGNVALUE",
            "access_token": "TOKENVALUE",
            "q": '{"secret": "INNERVALUE"}',
        },
        headers={"Authorization": "Bearer HEADERVALUE"},
    )
    (record,) = [record for record in caplog.records if record.name == "zhongcao.networks"]
    written = repr(record.__dict__)
    for secret in ("KEYVALUE", "SIGNVALUE", "TOKENVALUE", "INNERVALUE", "HEADERVALUE", "SECRETSIGN"):
        assert secret not in written
    assert record.__dict__["url"] == "https://gateway.example/api"
    assert (record.__dict__["network"], record.__dict__["operation"], record.__dict__["outcome"]) == (
        "shop",
        "orders",
        "ok",
    )


def test_the_log_tells_an_error_found_inside_a_good_answer_with_the_networks_own_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "zhongcao.networks")
    shop = transport(failing()[0])

    def call() -> None:
        shop.request("GET", URL, operation="link")
        raise PermissionNeeded("no", code="2001403", detail="无权限\n2026 forged line")

    with pytest.raises(PermissionNeeded):
        shop.retrying(call)
    (record,) = [record for record in caplog.records if record.name == "zhongcao.networks"]
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("shop link: permission 2001403 无权限 2026 forged line (0.")


def test_errors_hold_no_address_and_no_secret() -> None:
    answer, _ = failing(httpx.ConnectError("connection refused"))
    with pytest.raises(Unavailable) as caught:
        transport(answer, attempts=1).request("GET", URL, operation="q")
    assert "SECRETSIGN" not in repr(caught.value.__dict__)
