"""An author who has left is no longer found by name."""

from __future__ import annotations

from collections.abc import Iterable

from content.pages.api import Post
from content.search.index import put
from content.search.models import SearchEntry


def forget_names(posts: Iterable[Post]) -> None:
    """Write the entries of these posts anew, where they have one, with the author as they are called now."""
    found = {post.pk: post for post in posts}
    pks = list(found)
    for start in range(0, len(pks), 500):
        some = SearchEntry.objects.filter(page_id__in=pks[start : start + 500]).values_list("page_id", flat=True)
        for page_id in list(some):
            put(found[page_id])
