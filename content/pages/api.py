"""What other rooms may use of pages."""

from __future__ import annotations

from content.pages import personal
from content.pages.address import address
from content.pages.models import ChannelPage, DealPage, HomePage, ListPage, ReviewPage
from content.pages.pictures import CARD_COVER, SMALL_COVER
from content.pages.post import Post, printable
from content.pages.reading import price_records
from content.pages.signals import post_placed, post_withdrawn

POST_TYPES = (ReviewPage, DealPage, ListPage)

__all__ = [
    "CARD_COVER",
    "POST_TYPES",
    "SMALL_COVER",
    "ChannelPage",
    "DealPage",
    "HomePage",
    "ListPage",
    "Post",
    "ReviewPage",
    "address",
    "personal",
    "post_placed",
    "post_withdrawn",
    "price_records",
    "printable",
]
