"""A person's posts: handed out whole; taken off the site on request when the account is closed."""

from __future__ import annotations

from typing import Any

from affiliate.people.api import Author, User, author_of
from content.pages.address import address
from content.pages.models import DealPage, ListPage, ReviewPage
from content.pages.post import Post

KINDS: tuple[type[Post], ...] = (ReviewPage, DealPage, ListPage)


def posts_of(author: Author) -> list[Post]:
    """All posts of an author, live or not, the oldest first."""
    return sorted((post for kind in KINDS for post in kind.objects.filter(author=author)), key=lambda post: post.pk)


def personal_data(user: User) -> list[dict[str, Any]]:
    """Every post as it was last saved, with the words of its blocks."""
    author = author_of(user)
    return [_one(post) for post in (posts_of(author) if author else [])]


def withdraw_all(author: Author) -> int:
    """Take every live post off the site. Tracked links already out keep leading to the shop. Returns how many."""
    live = [post for post in posts_of(author) if post.live]
    for post in live:
        post.unpublish()
    return len(live)


def _one(post: Post) -> dict[str, Any]:
    newest = post.get_latest_revision_as_object()
    return {
        "kind": newest.kind,
        "title": newest.title,
        "address": address(post),
        "live": post.live,
        "first_published_at": post.first_published_at,
        "last_saved_at": post.latest_revision_created_at,
        "verdict": newest.verdict,
        "body": newest.body.get_prep_value(),
    }
