"""Who made it and who used it: a machine's part is declared, and experience is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.moderation.checks.finding import Finding, stop
from content.moderation.checks.seen import Seen
from content.moderation.checks.texts import plain
from content.pages.api import AiUse, made_by_ai, picture_ids

EXPERIENCE = re.compile(
    r"(?:我|自己|家里|我家)[^，。！？\n]{0,6}(?:用了|用过|试了|穿了|吃了|买了)|亲测|实测下来|用了[^，。！？\n]{0,4}[天周年月]"
)


def ai_findings(seen: Seen) -> Iterator[Finding]:
    """Marks that are not declared, and a machine that speaks of experience."""
    post = seen.post
    pictures = [child.value for child in post.body if child.block_type == "picture"]
    declared = post.ai_use != AiUse.NONE or post.cover_ai != AiUse.NONE
    declared = declared or any((value.get("ai_use") or AiUse.NONE) != AiUse.NONE for value in pictures)
    if not declared and made_by_ai([post.cover_id, *picture_ids(post)]):
        yield Finding("ai_undeclared", "text")
    if not seen.sold:
        return
    if post.ai_use == AiUse.GENERATED:
        told = seen.said("used_for") or EXPERIENCE.search(seen.words("title", "card", "text"))
        yield stop("ai_experience", "text") if told else Finding("ai_experience", "text", serious=True)
        return
    for child in post.body:
        if child.block_type == "ai_text" and (told := EXPERIENCE.search(plain(child.value["text"].source))):
            yield stop("ai_experience", "text", told[0])


def use_findings(seen: Seen) -> Iterator[Finding]:
    """Of a review that sells: how long the author used it, and how they came by it."""
    if seen.post.kind != "review" or not seen.sold or seen.post.ai_use == AiUse.GENERATED:
        return
    if not seen.said("used_for"):
        yield Finding("used_for", "text")
    elif not seen.said("used_how"):
        yield Finding("own_use", "text", seen.said("used_for"))
