"""Looks a post through before it is published: a file for each idea, what they find in one list.

Words warn, because a list of words knows no context. Facts stop a publication (what is sold, to whom, beside what, a
link that is dead, a duty left out), and so do a few words in titles and cards; an editor may let each pass with its
reason.
"""

from __future__ import annotations

from content.moderation.checks.finding import RISKS, SENTENCES, Finding
from content.moderation.checks.run import VERSION, check, check_texts, check_typed
from content.moderation.checks.texts import block_texts

__all__ = ["RISKS", "SENTENCES", "VERSION", "Finding", "block_texts", "check", "check_texts", "check_typed"]
