"""What other rooms may use of networks: the contract, its values and errors, and the tools that clean strangers' words.

`registry` and `types` come whole: a room may have names such as Coupon of its own.
"""

from __future__ import annotations

from affiliate.networks import registry, types
from affiliate.networks.adapter import Adapter, Capabilities, Renewal
from affiliate.networks.addresses import host_allowed
from affiliate.networks.direct import feeds, postback
from affiliate.networks.direct.merchants import NAME as MERCHANT_NAME
from affiliate.networks.download import MOST_BYTES as LARGEST_DOWNLOAD
from affiliate.networks.download import Downloader
from affiliate.networks.download import checked as checked_download
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
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.pushes import LARGEST_PUSH, Forged, Push, Pushed, Unreadable
from affiliate.networks.registry import adapter_class
from affiliate.networks.sanity import HIGHEST_YUAN, believable_minor, clean_picture_url, clean_title
from affiliate.networks.text import LONGEST_TEXT, find_urls, normalised, share_hints
from affiliate.networks.transport import Transport
from affiliate.networks.types import (
    AffiliateLink,
    Coupon,
    Doubt,
    ItemRef,
    ItemSnapshot,
    LineState,
    OrderLine,
    OrderPage,
    RejectedRow,
    TimeType,
    Window,
)
from affiliate.networks.wording import Said, as_kept, from_kept, reason_of, translated

__all__ = [
    "HIGHEST_YUAN",
    "LARGEST_DOWNLOAD",
    "LARGEST_PUSH",
    "LONGEST_TEXT",
    "MERCHANT_NAME",
    "Adapter",
    "AffiliateLink",
    "BadInput",
    "Capabilities",
    "Coupon",
    "Doubt",
    "Downloader",
    "ExportResult",
    "Expander",
    "ItemRef",
    "ItemSnapshot",
    "Forged",
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
    "Push",
    "Pushed",
    "RejectedRow",
    "Renewal",
    "Said",
    "TimeType",
    "Transport",
    "Unavailable",
    "Unreadable",
    "Wait",
    "Window",
    "adapter_class",
    "as_kept",
    "believable_minor",
    "checked_download",
    "clean_picture_url",
    "clean_title",
    "expand_ref",
    "feeds",
    "find_urls",
    "from_kept",
    "host_allowed",
    "normalised",
    "postback",
    "read_export",
    "reason_of",
    "registry",
    "share_hints",
    "translated",
    "types",
]
