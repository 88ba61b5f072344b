"""What other rooms may use of networks: the contract, its values and errors, and the tools that clean strangers' words.

`registry` and `types` come whole: a room may have names such as Coupon of its own.
"""

from __future__ import annotations

from affiliate.networks import registry, types
from affiliate.networks.adapter import Adapter, Capabilities, Renewal
from affiliate.networks.addresses import host_allowed
from affiliate.networks.direct import postback
from affiliate.networks.direct.merchants import NAME as MERCHANT_NAME
from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    NotPromotable,
    Off,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.expander import Expander, expand_ref
from affiliate.networks.exports import read_export
from affiliate.networks.registry import adapter_class
from affiliate.networks.sanity import HIGHEST_YUAN, believable_minor, clean_picture_url, clean_title
from affiliate.networks.text import LONGEST_TEXT, find_urls, normalised, share_hints
from affiliate.networks.transport import Transport
from affiliate.networks.types import (
    AffiliateLink,
    Coupon,
    ItemRef,
    ItemSnapshot,
    LineState,
    OrderLine,
    OrderPage,
    RejectedRow,
    TimeType,
    Window,
)

__all__ = [
    "HIGHEST_YUAN",
    "LONGEST_TEXT",
    "MERCHANT_NAME",
    "Adapter",
    "AffiliateLink",
    "BadInput",
    "Capabilities",
    "Coupon",
    "Expander",
    "ItemRef",
    "ItemSnapshot",
    "LineState",
    "NetworkError",
    "NotFound",
    "NotPromotable",
    "Off",
    "OrderLine",
    "OrderPage",
    "PermissionNeeded",
    "ProtocolError",
    "Reauthorise",
    "RejectedRow",
    "Renewal",
    "TimeType",
    "Transport",
    "Unavailable",
    "Wait",
    "Window",
    "adapter_class",
    "believable_minor",
    "clean_picture_url",
    "clean_title",
    "expand_ref",
    "find_urls",
    "host_allowed",
    "normalised",
    "postback",
    "read_export",
    "registry",
    "share_hints",
    "types",
]
