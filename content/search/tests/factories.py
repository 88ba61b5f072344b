"""Posts for the tests of the search."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import TestCase
from wagtail.models import Page, Site

from affiliate.people.api import User
from content.pages.api import ChannelPage, HomePage, Post, ReviewPage

_numbers = count(1)


def channel() -> ChannelPage:
    """A channel below a front page."""
    found = ChannelPage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    assert root is not None
    home = HomePage.objects.first() or root.add_child(instance=HomePage(title="首页", slug="zc-home"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    Site.clear_site_root_paths_cache()
    return home.add_child(instance=ChannelPage(title="数码", slug="digital"))


def post(title: str, text: str = "", *, kind: type[Post] = ReviewPage, live: bool = True, **fields: Any) -> Post:
    """A post with one paragraph, published unless told otherwise."""
    number = next(_numbers)
    owner, _made = User.objects.get_or_create(username="amy")
    page = kind(
        title=title, slug=f"post-{number}", owner=owner, live=False, body=[("paragraph", f"<p>{text}</p>")], **fields
    )
    channel().add_child(instance=page)
    revision = page.save_revision()
    if live:
        # What waits for the commit happens now, though the test's transaction is rolled back in the end.
        with TestCase.captureOnCommitCallbacks(execute=True):
            revision.publish()
        page.refresh_from_db()
    return page
