"""The register: each room's part in a person's data. Whoever keeps something of a person has a line here.

A test walks every column of the database after an account was closed, so that a table nobody thought of is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from affiliate.catalog import api as catalog
from affiliate.earnings import api as earnings
from affiliate.people import api as people
from affiliate.people.api import User, author_of
from affiliate.tracking import api as tracking
from config.mail.delivery import forget_recipient
from config.members import traces
from content.moderation import api as moderation
from content.pages import api as pages
from content.search import api as search


@dataclass(frozen=True, slots=True)
class Part:
    """One file of what a member is handed out."""

    name: str
    gives: Callable[[User], Any]


PARTS = [
    Part("profile", people.personal.personal_data),
    Part("posts", pages.personal.personal_data),
    Part("featured", moderation.personal.personal_data),
    Part("clicks", tracking.personal.personal_data),
    Part("earnings", earnings.personal.personal_data),
    Part("account", traces.personal_data),
]

KEPT = {
    "advertising": "The file of what was shown as advertising, and the checks it rests on, with names: three years.",
    "posts": "Posts, their revisions and placements, under a key: what the file speaks of.",
    "book": "Order lines, conversions and the book: ten years, under a key in the place of the name.",
    "clicks": "Clicks: they belong to readers, who are not known.",
}
"""What stays when an account is closed, and why."""


def forget(user: User, key: str, *, posts_too: bool) -> None:
    """Remove the person from every room. The caller holds a transaction; the same call again changes nothing."""
    username, email, author = user.get_username(), user.email, author_of(user)
    traces.forget(user, username, key)
    forget_recipient(email)
    earnings.personal.forget(user, username, key)
    catalog.personal.forget(username, key)
    tracking.personal.forget(username, key)
    if author is not None and posts_too:
        pages.personal.withdraw_all(author)
    people.personal.forget(user, key)
    if author is not None:
        search.forget_names(pages.personal.posts_of(author))
