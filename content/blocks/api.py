"""What other rooms may use of blocks, beside the block classes themselves, whose paths are written into migrations."""

from __future__ import annotations

from content.blocks import aigc, price_chart, price_record, price_windows, price_words
from content.blocks.card import ProductCard
from content.blocks.choosing import Shop, best_first, best_offer
from content.blocks.item_widget import LONGEST_PASTE
from content.blocks.labels import AD, ad_prefix, ad_words
from content.blocks.money import plain_price
from content.blocks.offer import Offer, inert, of_item, of_shop
from content.blocks.pictures import rendition
from content.blocks.price_record import Record, Sighting
from content.blocks.price_windows import Window

__all__ = [
    "AD",
    "LONGEST_PASTE",
    "Offer",
    "ProductCard",
    "Record",
    "Shop",
    "Sighting",
    "Window",
    "ad_prefix",
    "ad_words",
    "aigc",
    "best_first",
    "best_offer",
    "inert",
    "of_item",
    "of_shop",
    "plain_price",
    "price_chart",
    "price_record",
    "price_windows",
    "price_words",
    "rendition",
]
