"""Signs calls to Suning's open platform: MD5 over secret, headers and the body in base64 (Suning open platform docs,
签名机制).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Generator, Mapping

import httpx


def sign(headers: Mapping[str, str], body: bytes, secret: str) -> str:
    """The signature of exactly these headers and bytes, lower-case hex."""
    named = "".join(headers[name] for name in ("AppMethod", "AppRequestTime", "AppKey", "VersionNo"))
    payload = secret + named + base64.b64encode(body).decode()
    return hashlib.md5(payload.encode(), usedforsecurity=False).hexdigest()


class Signed(httpx.Auth):
    """Puts the common headers and the signature on a request whose body is made."""

    requires_request_body = True

    def __init__(self, headers: Mapping[str, str], secret: str) -> None:
        self._headers = dict(headers)
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._headers | {"signInfo": sign(self._headers, request.content, self._secret)})
        yield request
