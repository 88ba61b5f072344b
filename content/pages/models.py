"""Page types, gathered for Django; each stands in a file of its own."""

from __future__ import annotations

from content.pages.ai import PictureMark
from content.pages.channel import ChannelPage
from content.pages.deal import DealPage
from content.pages.home import HomePage
from content.pages.legal import LegalPage, LegalVersion
from content.pages.listing import ListPage
from content.pages.review import ReviewPage

__all__ = [
    "ChannelPage",
    "DealPage",
    "HomePage",
    "LegalPage",
    "LegalVersion",
    "ListPage",
    "PictureMark",
    "ReviewPage",
]
