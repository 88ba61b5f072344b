"""Which addresses a tracked link may lead to, and which links may open an app: checked when they are written down
and again when they are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urlsplit

from affiliate.networks.api import host_allowed

TOKEN = "{token}"  # noqa: S105  a place to fill in, not a secret
LONGEST = 2000
APP_LINK = re.compile(r"([A-Za-z][A-Za-z0-9.+-]*)://[!#-&(-;=?-\[\]-~]+")
"""A scheme and plain ASCII without spaces, quotes, angle brackets and the backslash."""
HARMLESS = "%/:?#[]@!$&'()*+,;=-._~"


def safe_url(url: str, hosts: Iterable[str]) -> str:
    """The address in plain ASCII, or "" where a link of these hosts may not lead there. `{token}` stays as it is."""
    if not url or len(url) > LONGEST or any(c <= " " or c in "\\\x7f" for c in url):
        return ""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises where it is not a number
    except ValueError:
        return ""
    return _encoded(url) if _leads_to(parts, hosts) else ""


def safe_app_link(link: str, schemes: Iterable[str]) -> str:
    """The link as it is, never rewritten, or "" where it is not one of these schemes. They are written in lower case.

    One with `{token}` is none: nobody fills it in here, and the network would be told the bare word.
    """
    found = APP_LINK.fullmatch(link) if len(link) <= LONGEST and TOKEN not in link else None
    return link if found and found[1].lower() in set(schemes) else ""


def host_of(url: str) -> str:
    """The host of an address, or "" where there is none."""
    try:
        return (urlsplit(url).hostname or "")[:100]
    except ValueError:
        return ""


def _leads_to(parts: SplitResult, hosts: Iterable[str]) -> bool:
    plain = parts.netloc.isascii() and not set(parts.netloc) & set("@{}%")
    # An entry with a port (a shop on this machine) admits that port alone.
    listed = list(hosts)
    named = parts.netloc.lower() in listed or host_allowed(
        parts.hostname or "", [entry for entry in listed if ":" not in entry]
    )
    return parts.scheme in {"http", "https"} and plain and named


def _encoded(url: str) -> str:
    return TOKEN.join(quote(part, safe=HARMLESS) for part in url.split(TOKEN))
