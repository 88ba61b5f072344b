"""Turns everything that HTTP can do wrong into the errors of this house: httpx's exceptions and status codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)

DETAIL_CHARS = 300
RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})

LONGEST_WAIT = timedelta(days=1)
BROKEN_OFF = ("disconnected", "peer closed", "incomplete")

STATUS_ERRORS: dict[int, tuple[type[NetworkError], str]] = {
    400: (BadInput, "The network refused the request as wrong."),
    401: (Reauthorise, "The network does not accept the credentials."),
    403: (PermissionNeeded, "The network does not allow this account to make this call."),
    404: (NotFound, "The network has nothing at this address."),
    408: (Unavailable, "The network did not answer in time. Try again later."),
    410: (NotFound, "The network has nothing at this address."),
    422: (BadInput, "The network refused the request as wrong."),
    429: (Wait, "The network was asked too often. Try again a little later."),
}


def from_exception(exc: Exception, network: str) -> NetworkError:
    """The error for something httpx raised. The detail names the kind of failure and never holds the address asked."""
    detail = f"{type(exc).__name__}: {exc}"[:DETAIL_CHARS]
    match exc:
        case httpx.TimeoutException():
            return Unavailable(
                "The network did not answer in time. Try again later.", network=network, code="timeout", detail=detail
            )
        case httpx.UnsupportedProtocol() | httpx.InvalidURL() | httpx.LocalProtocolError():
            return Reauthorise(
                "The address of the network's gateway cannot be right. Correct it in the settings.",
                network=network,
                code="bad_address",
                detail=type(exc).__name__,
            )
        case httpx.RemoteProtocolError() if not any(word in str(exc).lower() for word in BROKEN_OFF):
            return ProtocolError("The network's answer is not HTTP.", network=network, code="not_http", detail=detail)
        case httpx.DecodingError():
            return ProtocolError(
                "The network's answer is packed in a way that cannot be read.",
                network=network,
                code="bad_encoding",
                detail=detail,
            )
        case httpx.ConnectError() | httpx.ProxyError():
            return Unavailable(
                "The network cannot be reached. Try again later.", network=network, code="connect", detail=detail
            )
        case _:
            return Unavailable(
                "The network broke the connection off. Try again later.",
                network=network,
                code="broken_off",
                detail=detail,
            )


def from_status(response: httpx.Response, network: str) -> NetworkError | None:
    """The error for an answer's status, None for a good one. The start of the body goes into the detail."""
    status = response.status_code
    if 200 <= status < 300:
        return None
    code, detail = f"http_{status}", body_start(response)
    if 300 <= status < 400:
        return ProtocolError(
            "The network's gateway answered with a redirect, which is never followed. Check the gateway's address.",
            network=network,
            code=code,
        )
    if status in STATUS_ERRORS:
        kind, message = STATUS_ERRORS[status]
        return kind(message, network=network, code=code, detail=detail, retry_at=retry_after(response))
    if status >= 500:
        return Unavailable(
            "The network has a fault of its own. Try again later.",
            network=network,
            code=code,
            detail=detail,
            retry_at=retry_after(response),
        )
    return ProtocolError(
        "The network answered with a status that is not known here.", network=network, code=code, detail=detail
    )


def retry_after(response: httpx.Response) -> datetime | None:
    """When the network wants to be asked again (header Retry-After, seconds or a date), at most a day ahead."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    now = datetime.now(UTC)
    if value.isdigit():
        return now + min(timedelta(seconds=min(int(value[:9]), 86_400)), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return min(at, now + LONGEST_WAIT)


def body_start(response: httpx.Response) -> str:
    """The first characters of an answer for the operator, on one line, whatever its encoding."""
    return " ".join(response.content[: DETAIL_CHARS * 4].decode("utf-8", "replace").split())[:DETAIL_CHARS]
