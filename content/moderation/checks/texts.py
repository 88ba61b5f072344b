"""Every word of a post that a writer typed, by where readers meet it."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup

from content.blocks.api import rich_text
from content.pages.api import Post

Text = tuple[str, str]
"""Where it stands (`title`, `card`, `text`) and the words."""


def texts_of(post: Post) -> list[Text]:
    """Title, card and text, in this order."""
    texts: list[Text] = [("title", post.title), ("title", post.seo_title), ("card", post.verdict)]
    texts += [("card", getattr(post, name, "")) for name in ("price_note", "conditions", "shipping")]
    texts.append(("text", post.search_description))
    for child in post.body:
        if child.block_type == "product":
            value = child.value
            card = [value.get(name) or "" for name in ("own_title", "reason", "not_for")]
            texts += [("card", text) for text in [*card, *(value.get("pros") or ()), *(value.get("cons") or ())]]
        else:
            texts += [("text", text) for text in block_texts(child)]
    return [(where, text) for where, text in texts if text]


def block_texts(child: Any) -> list[str]:
    """The words of a block that is no product."""
    if (words := rich_text(child)) is not None:
        return [plain(words.source)]
    if child.block_type == "picture":
        return [child.value.get("caption") or "", child.value.get("credit") or ""]
    if child.block_type == "quote":
        return [child.value.get("text") or "", child.value.get("who") or ""]
    return [str(child.value)]


def plain(html: str) -> str:
    """The words of rich text, a line a paragraph: a word half of which is bold stays one word."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["p", "li", "h3", "br"]):
        tag.insert_after("\n")
    return soup.get_text()
