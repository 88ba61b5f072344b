"""What is sold, to whom, and beside what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from affiliate.connections import api as connections
from affiliate.networks.api import host_allowed, registry
from affiliate.tracking.api import stopped_networks
from content.blocks.api import approval, rich_text
from content.moderation.checks.finding import Finding, stop
from content.moderation.checks.goods import BANNED, HEALTH, NOT_FOR_MINORS
from content.moderation.checks.seen import Seen

_OWN_EXPERIENCE = re.compile(r"(?:我|自己|家里|亲测|实测)[^，。！？\n]{0,8}(?:用|吃|喝|服)了?|亲测有效|回购")


def goods_findings(seen: Seen) -> Iterator[Finding]:
    """Goods that may not be advertised at all, or not without their approval."""
    for sold in seen.sold:
        number = sold.value.get("approval") or ""
        if sold.sorts & BANNED:
            yield stop("goods_banned", "card", sold.name)
        elif sold.sorts & HEALTH and not number:
            yield stop("goods_unapproved", "card", sold.name)
        elif sold.sorts & HEALTH and not approval.kind_of(number):
            yield Finding("approval_shape", "card", number[:60])
        if sold.sorts & HEALTH and (seen.said("used_for") or _OWN_EXPERIENCE.search(seen.words("title", "card"))):
            yield Finding("health_endorsed", "card", sold.name, serious=True)


def place_findings(seen: Seen) -> Iterator[Finding]:
    """Goods that may not stand on a page of this sort, and links to shops where none may be."""
    for sold in seen.sold:
        if seen.post.health_advice and sold.sorts & HEALTH:
            yield stop("health_page", "card", sold.name)
        if seen.post.for_minors and sold.sorts & NOT_FOR_MINORS:
            yield stop("minors", "card", sold.name)
    if seen.post.health_advice:
        yield from (stop("health_link", "text", host) for host in sorted(_shop_links(seen)))


def network_findings(seen: Seen) -> Iterator[Finding]:
    """Networks that readers cannot be sent to now."""
    stopped = stopped_networks() if seen.sold else ()
    for slug in sorted({sold.item.network for sold in seen.sold} & set(stopped)):
        yield Finding("network_off", "card", connections.network_name(slug))


def _shop_links(seen: Seen) -> set[str]:
    """Hosts of shops that the text links to."""
    html = "".join(words.source for child in seen.post.body if (words := rich_text(child)) is not None)
    links = [str(tag.get("href")) for tag in BeautifulSoup(html, "html.parser").find_all("a", href=True)]
    hosts = {urlsplit(link).hostname or "" for link in links if link.startswith(("http://", "https://"))}
    shops = [host for slug in registry.slugs() for host in connections.exit_hosts(slug)] if hosts else []
    return {host for host in hosts if host and host_allowed(host, shops)}
