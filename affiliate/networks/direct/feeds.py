"""Makes what a feed says of a product into what the catalogue keeps, or says why it cannot be right."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime

from affiliate.networks import exports_cells as cells
from affiliate.networks.direct.exports import WITHOUT_CENTS
from affiliate.networks.direct.feed_reading import COLUMNS, FeedRow, read_rows
from affiliate.networks.direct.merchants import ITEM, SLUG, Merchant, merchant_of, split
from affiliate.networks.errors import BadInput
from affiliate.networks.sanity import HIGHEST_YUAN, clean_picture_url, clean_title
from affiliate.networks.types import ItemRef, ItemSnapshot
from affiliate.networks.wording import Said

__all__ = ["COLUMNS", "FeedRow", "Terms", "digest_of", "identity_of", "merchant_of", "read_rows", "snapshot_of"]

HIGHEST_MINOR = int(HIGHEST_YUAN) * 100
GONE = frozenset(
    {
        "0",
        "false",
        "no",
        "n",
        "out of stock",
        "out_of_stock",
        "outofstock",
        "sold out",
        "无货",
        "缺货",
        "下架",
        "否",
        "售罄",
    }
)
_WHOLE = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a merchant's feed is to be read."""

    merchant: Merchant
    in_minor_units: bool
    """Prices are whole numbers of the smallest unit (fen) instead of amounts such as 12.80."""


def identity_of(row: FeedRow, merchant: Merchant) -> str:
    """`<merchant>:<item>` as recognition and orders name it: by the product's link where there is one, else by its id.
    "" where neither names an item; then nobody can say which product the row is about.
    """
    url = row.text("url")
    if url and merchant.owns(split(url)):
        item = merchant.item_of(split(url))
    else:
        item = cells.id_cell(row.cells.get("item_id", ""))
    return f"{merchant.slug}:{item}" if ITEM.fullmatch(item) else ""


def snapshot_of(row: FeedRow, terms: Terms, seen_at: datetime) -> ItemSnapshot:
    """The product. Raises ValueError naming what cannot be right; nothing of such a row is taken."""
    merchant, item_id = terms.merchant, identity_of(row, terms.merchant)
    if row.wide:
        raise ValueError(Said("the row has more cells than the heading"))
    url = _address(row, merchant, item_id)
    title = clean_title(row.text("title"))
    if not title:
        raise ValueError(Said("%(field)s is missing", field="title"))
    currency = row.text("currency").upper() or merchant.currency
    if currency != merchant.currency:
        raise ValueError(
            Said("the currency is %(value)s, agreed is %(wanted)s", value=currency[:10], wanted=merchant.currency)
        )
    price = _amount(row, "price", terms)
    sale = _amount(row, "sale_price", terms) if row.text("sale_price") else price
    if sale > price:
        raise ValueError(Said("the sale price is above the price"))
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url),
        title=title,
        url=url,
        seen_at=seen_at,
        image_url=clean_picture_url(row.text("image_url")),
        shop=clean_title(merchant.name, 100),
        currency=currency,
        price_minor=price,
        final_price_minor=sale,
        commission_rate_bp=merchant.commission_rate_bp or None,
        commission_minor=sale * merchant.commission_rate_bp // 10_000 or None,
        available=row.text("available").lower() not in GONE,
        brand=clean_title(row.text("brand"), 100),
        barcode=row.text("barcode")[:40],
        model=clean_title(row.text("model"), 100),
        source="feed",
    )


def digest_of(row: FeedRow, terms: Terms) -> str:
    """What of a row matters, in one short text: a row that says the same under the same terms needs no writing."""
    merchant = terms.merchant
    words = {column: row.text(column) for column in COLUMNS if row.text(column)}
    kept = [words, merchant.name, merchant.currency, merchant.commission_rate_bp, terms.in_minor_units]
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:40]


def _address(row: FeedRow, merchant: Merchant, item_id: str) -> str:
    """The product's page: the feed's link on the merchant's hosts, or else what the terms make of the id."""
    url = row.text("url")
    if url and not merchant.owns(split(url)):
        host = (split(url).hostname or "")[:60]
        raise ValueError(Said("the link leads to %(host)s, which is not a host of the merchant", host=host or "—"))
    if not item_id:
        raise ValueError(Said("neither link nor id names a product"))
    if url:
        return url
    try:
        return merchant.plain_url(item_id.partition(":")[2])
    except BadInput:
        return ""


def _amount(row: FeedRow, column: str, terms: Terms) -> int:
    """A price in minor units. Raises ValueError naming the column."""
    text, currency = row.text(column), terms.merchant.currency
    bare = re.sub(rf"^{currency}\s*|\s*{currency}$", "", text, flags=re.I)
    if terms.in_minor_units:
        minor = int(bare) if _WHOLE.fullmatch(bare) else -1
    else:
        try:
            minor = cells.amount_cell(bare)
        except ValueError:
            minor = -1
        if currency in WITHOUT_CENTS:
            minor = minor // 100 if minor % 100 == 0 else -1
    if not text:
        raise ValueError(Said("%(field)s is missing", field=column))
    if not 0 < minor <= HIGHEST_MINOR:
        raise ValueError(Said("%(field)s %(value)s cannot be right", field=column, value=repr(text[:30])))
    return minor
