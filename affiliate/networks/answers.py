"""Reads JSON answers strictly: what is cut, mislabelled or a web page is an error, never a guess."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

import httpx

from affiliate.networks.errors import ProtocolError
from affiliate.networks.failures import body_start


def parse_json(response: httpx.Response, network: str) -> Any:
    """The answer's JSON, with every fraction as Decimal. Raises ProtocolError saying what came instead."""
    content = response.content
    if not content.strip():
        raise ProtocolError("The network's answer is empty.", network=network, code="empty")
    if looks_like_page(content):
        raise ProtocolError(
            "The network answered with a web page instead of data: probably a login or error page. "
            "Check the gateway's address and the account.",
            network=network,
            code="html",
            detail=body_start(response),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolError(
            "The network's answer is not in UTF-8.", network=network, code="encoding", detail=body_start(response)
        ) from None
    return load_json(text, network)


def load_json(text: str, network: str) -> Any:
    """JSON text to values, fractions as Decimal. Raises ProtocolError for anything else, cut text included."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise ProtocolError(
            "The network's answer is not JSON, or was cut short.",
            network=network,
            code="not_json",
            detail=f"{type(exc).__name__}: {exc}; {text[:120]!r}"[:300],
        ) from exc


def looks_like_page(content: bytes) -> bool:
    """True for the start of an HTML or XML document."""
    return content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
