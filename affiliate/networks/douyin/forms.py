"""The forms in which Douyin gives one link, by either of its interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from affiliate.networks.reading import part

HAS_COUPON = "0"


@dataclass(frozen=True, slots=True)
class LinkForms:
    """What came, as it came: the forms with the coupon first, where there is one."""

    web: tuple[str, ...]
    zlink: str
    app: str
    words: str

    @classmethod
    def of(cls, data: Mapping[str, Any], web: str) -> LinkForms:
        """The forms of an answer, whose link to a page is named `web`."""
        coupon = part(data, "coupon_link")
        coupon = coupon if str(coupon.get("coupon_status")) == HAS_COUPON else {}
        zlink = str(data.get("dy_zlink") or "")
        return cls(
            web=(str(coupon.get("share_link") or ""), str(data.get(web) or ""), zlink),
            zlink=zlink,
            app=str(coupon.get("deeplink") or data.get("dy_deeplink") or ""),
            words=str(coupon.get("share_command") or data.get("dy_password") or ""),
        )
