"""Makes sites, items and live posts for tests of the reader's rooms."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Site

from affiliate.catalog.api import Coupon, Item, PriceObservation
from affiliate.people.api import User
from content.pages.api import ChannelPage, DealPage, HomePage, ListPage, ReviewPage

_numbers = count(1)


def make_channel(slug: str = "digital") -> ChannelPage:
    """A channel under the one front page, which is made when there is none."""
    home = HomePage.objects.first()
    if home is None:
        root = Page.objects.get(depth=1)
        for page in root.get_children():
            page.specific.delete()
        home = Page.objects.get(depth=1).add_child(instance=HomePage(title="种草", slug="zhongcao"))
        Site.objects.all().delete()
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    found = ChannelPage.objects.filter(slug=slug).first()
    return found or home.add_child(instance=ChannelPage(title=f"频道 {slug}", slug=slug))


def make_writer(name: str = "lin") -> User:
    return User.objects.get_or_create(username=name)[0]


def make_item(**values: Any) -> Item:
    """An item of the demo network seen just now at ¥199, ¥159 after its coupon, unless told otherwise."""
    number = next(_numbers)
    coupon = values.pop("coupon", {"amount_minor": 4000, "threshold_minor": 19900})
    given = {
        "network": "demo",
        "item_id": f"demo-{number}",
        "title": f"商品 {number}",
        "shop": "测试旗舰店",
        "price_minor": 19900,
        "final_price_minor": 15900,
        "source": "api",
        "seen_at": timezone.now(),
        "complete": True,
        **values,
    }
    item = Item.objects.create(**given)
    if coupon:
        Coupon.objects.create(item=item, seen_at=timezone.now(), **coupon)
    return item


def observe(item: Item, *prices: tuple[float, int], now: datetime | None = None) -> None:
    """Record prices as (days ago, fen)."""
    end = now or timezone.now()
    for days, minor in prices:
        PriceObservation.objects.create(
            item=item,
            seen_at=end - timedelta(days=days),
            price_minor=minor + 4000,
            final_price_minor=minor,
            source="api",
        )


def product(item: Item | None, **words: Any) -> dict[str, Any]:
    """A product block as the body stores it."""
    value = {"item": item.pk if item else None, "pros": [], "cons": [], **words}
    return {"type": "product", "id": str(uuid.uuid4()), "value": value}


def words(text: str) -> dict[str, Any]:
    """A paragraph block."""
    return {"type": "paragraph", "id": str(uuid.uuid4()), "value": text}


def make_post(
    kind: str = "review",
    items: list[Item] | None = None,
    *,
    live: bool = True,
    body: list[dict[str, Any]] | None = None,
    owner: User | None = None,
    channel: str = "digital",
    **values: Any,
) -> Any:
    """A post of the kind with a product block per item, published unless told otherwise."""
    model = {"review": ReviewPage, "deal": DealPage, "list": ListPage}[kind]
    blocks = body if body is not None else [words("<p>用了三个月。</p>"), *(product(item) for item in items or [])]
    number = next(_numbers)
    given = {"title": f"文章 {number}", "slug": f"post-{number}", "verdict": "值得。", **values}
    page = model(owner=owner or make_writer(), body=json.dumps(blocks), live=False, **given)
    make_channel(channel).add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return model.objects.get(pk=page.pk)
