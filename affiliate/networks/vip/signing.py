"""Signs calls to VIP's open platform: HMAC-MD5 over the sorted common parameters and the body as it is sent (VOP docs,
签名算法).
"""

from __future__ import annotations

import hmac
from collections.abc import Generator, Mapping

import httpx


def sign(params: Mapping[str, str], body: bytes, secret: str) -> str:
    """The signature of exactly these parameters and bytes, upper-case hex. Every parameter sent must be here."""
    joined = "".join(f"{name}{params[name]}" for name in sorted(params) if name != "sign")
    return hmac.new(secret.encode(), joined.encode() + body, "md5").hexdigest().upper()


class Signed(httpx.Auth):
    """Puts the common parameters and the signature into the address of a request whose body is made."""

    requires_request_body = True

    def __init__(self, params: Mapping[str, str], secret: str) -> None:
        self._params = dict(params)
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        signed = self._params | {"sign": sign(self._params, request.content, self._secret)}
        request.url = request.url.copy_merge_params(signed)
        yield request
