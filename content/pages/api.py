"""What other rooms may use of pages."""

from __future__ import annotations

from content.pages.models import ChannelPage, DealPage, HomePage, ListPage, ReviewPage
from content.pages.post import Post

POST_TYPES = (ReviewPage, DealPage, ListPage)

__all__ = ["POST_TYPES", "ChannelPage", "DealPage", "HomePage", "ListPage", "Post", "ReviewPage"]
