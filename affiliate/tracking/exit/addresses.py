"""Which addresses a tracked link may lead to: checked when a target is written and again when the exit loads it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urlsplit

from affiliate.networks.api import host_allowed

TOKEN = "{token}"  # noqa: S105  a place to fill in, not a secret
LONGEST = 2000
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
