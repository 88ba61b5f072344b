"""What can go wrong with a network, split by what the caller must do.

NetworkError
├── Wait             asked too often: try again at `retry_at`
├── Unavailable      down, slow or broken off: try again later
├── ProtocolError    an answer that cannot be understood: report it, do not guess
├── Reauthorise      credentials or settings of our account are wrong or have run out: a person must renew them
├── PermissionNeeded the account may not call this: a person must apply for it
├── NotFound         no such item or order
├── NotPromotable    the item exists but earns nothing
├── BadInput         what we sent cannot be right: correct it
└── Off              kill switch, open circuit breaker, or no credentials
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class NetworkError(Exception):
    """Base of all. `message` is for a person, in Chinese first through gettext at the edge that shows it.

    Where it must name something, it is written `… %(columns)s …` with `values`: the edge translates `template` and
    fills it in; `message` is the English sentence, filled in. `code` and `detail` are the vendor's own, for the
    operator; never a secret.
    """

    kind = "unavailable"
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        network: str = "",
        code: str = "",
        detail: str = "",
        retry_at: datetime | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        self.template = message
        self.values = dict(values or {})
        self.message = message % self.values if values else message
        super().__init__(self.message)
        self.network = network
        self.code = code
        self.detail = detail
        self.retry_at = retry_at


class Wait(NetworkError):
    kind = "wait"
    retryable = True


class Unavailable(NetworkError):
    kind = "unavailable"
    retryable = True


class ProtocolError(NetworkError):
    kind = "protocol"


class Reauthorise(NetworkError):
    kind = "reauthorise"


class PermissionNeeded(NetworkError):
    kind = "permission"


class NotFound(NetworkError):
    kind = "not_found"


class NotPromotable(NetworkError):
    kind = "not_promotable"


class BadInput(NetworkError):
    kind = "bad_input"


class Off(NetworkError):
    kind = "off"
