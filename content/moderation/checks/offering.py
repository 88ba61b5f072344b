"""Prices and their conditions: what the title promises must be what the card and the conditions hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils import timezone

from content.blocks.api import of_item, plain_price
from content.moderation.checks.finding import Finding, stop
from content.moderation.checks.seen import Seen

RENEWAL = re.compile(r"连续包[月季年]|自动续费|自动续订")
TERMS = {
    "member": re.compile(r"会员价|(?i:plus\s?价|88\s?vip)|会员专享"),
    "newcomer": re.compile(r"新人价|新人专享|新用户|首单|新客"),
    "group": re.compile(r"拼团|[二两三五\d]\s?人团|团购价"),
    "deposit": re.compile(r"定金|预售|尾款"),
    "subsidy": re.compile(r"国补|以旧换新|政府补贴|消费券"),
    "region": re.compile(r"限(?:北京|上海|广东|部分地区|指定地区)|地区专享"),
}
_PROMISED = re.compile(
    r"(?:券后|到手价?|仅需|只要|现价|补贴价)[^\d\n每单]{0,3}"
    r"(?:[¥￥]\s?(\d{1,6}(?:\.\d{1,2})?)|(\d{1,6}(?:\.\d{1,2})?)\s?[元块])(?!\s?[/每一])"
)
ROUNDED_MINOR = 100
"""A title may round to the yuan."""


def price_findings(seen: Seen) -> Iterator[Finding]:
    """Of a deal: no price to show, or a title below it."""
    if seen.post.kind != "deal" or not seen.sold:
        return
    offer = of_item(seen.sold[0].item, timezone.now(), stopped=())
    if offer.price_minor is None:
        yield Finding("no_price", "card")
        return
    for match in _PROMISED.finditer(seen.words("title")):
        if round(float(match[1] or match[2]) * 100) < offer.price_minor - ROUNDED_MINOR:
            yield Finding("cheaper_than_shop", "title", f"{match[0]} < {plain_price(offer.price_minor)}", serious=True)


def terms_findings(seen: Seen) -> Iterator[Finding]:
    """Of a deal: conditions that are hinted at and not said."""
    if seen.post.kind != "deal":
        return
    held = f"{seen.said('conditions')}\n{seen.said('price_note')}"
    shown = seen.words("title", "card", "text")
    if (renewal := RENEWAL.search(shown)) and not RENEWAL.search(seen.said("conditions")):
        yield stop("renewal", "card", renewal[0])
    for shape in TERMS.values():
        if (hint := shape.search(seen.words("title"))) and not shape.search(held):
            yield Finding("terms", "title", hint[0], serious=True)
    if seen.sold and not seen.said("conditions"):
        item = seen.sold[0].item
        coupon = of_item(item, timezone.now(), stopped=()).coupon
        if coupon and coupon.usable and item.price_minor and coupon.threshold_minor > item.price_minor:
            yield Finding("threshold", "card", plain_price(coupon.threshold_minor))
