"""What other rooms may use of blocks, beside the block classes themselves, whose paths are written into migrations."""

from __future__ import annotations

from content.blocks import aigc, approval, price_chart, price_record, price_windows, price_words
from content.blocks.ai_use import PICTURE_CHOICES, AiUse, ai_words
from content.blocks.body import rich_text
from content.blocks.card import ProductCard
from content.blocks.choosing import Shop, best_first, best_offer
from content.blocks.cleaned import cleaned_picture
from content.blocks.item_widget import LONGEST_PASTE
from content.blocks.labels import AD, ad_prefix, ad_words
from content.blocks.money import plain_price
from content.blocks.offer import Offer, inert, of_item, of_shop
from content.blocks.pictures import rendition
from content.blocks.price_record import Record, Sighting
from content.blocks.price_windows import Window

__all__ = [
    "AD",
    "AiUse",
    "LONGEST_PASTE",
    "Offer",
    "PICTURE_CHOICES",
    "ProductCard",
    "Record",
    "Shop",
    "Sighting",
    "Window",
    "ad_prefix",
    "ad_words",
    "ai_words",
    "aigc",
    "approval",
    "best_first",
    "best_offer",
    "cleaned_picture",
    "inert",
    "of_item",
    "of_shop",
    "plain_price",
    "price_chart",
    "price_record",
    "price_windows",
    "price_words",
    "rendition",
    "rich_text",
]
