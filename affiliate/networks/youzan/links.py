"""Looks at a link that Youzan made before anybody earns by it: where it leads, and whose it is."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import ProtocolError, Reauthorise
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, ItemRef
from affiliate.networks.youzan.recognise import SHORT_HOSTS, SLUG

EXIT_HOSTS = (".youzan.com",)
MARKS = ("sl", "sls")
"""Parameters that name the salesman: `sl` on the jump page, `sls` on a page of the shop."""


def checked_link(link: str, ref: ItemRef, seller: str) -> AffiliateLink:
    """The link, which earns for this salesman. Raises ProtocolError for one that leads elsewhere or names nobody, and
    Reauthorise for one that earns for somebody else.

    A short link does not show whose it is; it is Youzan's word.
    """
    url = clean_url(link)
    target, named = _followed(url)
    hosts = [urlsplit(one).hostname or "" for one in (url, target) if one]
    short = hosts[:1] == [SHORT_HOSTS[0]]
    if not hosts or not all(host_allowed(host, EXIT_HOSTS) for host in hosts) or not (named or short):
        raise ProtocolError(
            "Youzan's answer holds no link that can be used.", network=SLUG, code="link", detail=link[:200]
        )
    if named - {seller}:
        raise Reauthorise(
            "The number written down for salesman %(seller)s in SALESMEN is another salesman's. Correct it; no link "
            "was made.",
            network=SLUG,
            code="seller",
            values={"seller": seller},
        )
    return AffiliateLink(ref=ref, url=url, sub_id=None, short_url=url if short else "", ad_slot=seller)


def _followed(url: str) -> tuple[str, set[str]]:
    """Where a jump page leads on to, "" for other pages, and the salesmen that link and target name."""
    try:
        query = parse_qs(urlsplit(url).query, max_num_fields=100)
        target = query.get("redirect_uri", [""])[0]
        inner = parse_qs(urlsplit(target).query, max_num_fields=100)
    except ValueError:
        return "https://unreadable.invalid/", set()
    return target, {value for part in (query, inner) for mark in MARKS for value in part.get(mark, [])}
