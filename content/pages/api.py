"""What other rooms may use of pages."""

from __future__ import annotations

from content.pages import personal
from content.pages.address import address
from content.pages.ai import AiUse, cover_ai, made_by_ai
from content.pages.data_register import REGISTER, Kept
from content.pages.legal_drafts import ensure_legal_pages
from content.pages.models import ChannelPage, DealPage, HomePage, LegalPage, ListPage, ReviewPage
from content.pages.pictures import CARD_COVER, SMALL_COVER
from content.pages.post import Post, printable
from content.pages.reading import picture_ids, price_records
from content.pages.signals import post_placed, post_withdrawn

POST_TYPES = (ReviewPage, DealPage, ListPage)

__all__ = [
    "AiUse",
    "CARD_COVER",
    "POST_TYPES",
    "REGISTER",
    "SMALL_COVER",
    "ChannelPage",
    "DealPage",
    "HomePage",
    "Kept",
    "LegalPage",
    "ListPage",
    "Post",
    "ReviewPage",
    "address",
    "cover_ai",
    "personal",
    "ensure_legal_pages",
    "made_by_ai",
    "picture_ids",
    "post_placed",
    "post_withdrawn",
    "price_records",
    "printable",
]
