"""What other rooms may use of moderation."""

from __future__ import annotations

from affiliate.people.api import AGENCIES, CATEGORY_EDITORS, EDITORS, OPERATORS, SUPPORT, WRITERS
from content.moderation import personal
from content.moderation.board import fill_new_board
from content.moderation.privacy import POLICY
from content.moderation.roles import FEATURE, ensure_category_editors, ensure_roles
from content.moderation.scheduled import hold_stopped
from content.moderation.tree import ensure_site

__all__ = [
    "AGENCIES",
    "CATEGORY_EDITORS",
    "EDITORS",
    "FEATURE",
    "OPERATORS",
    "POLICY",
    "SUPPORT",
    "WRITERS",
    "ensure_category_editors",
    "ensure_roles",
    "ensure_site",
    "fill_new_board",
    "hold_stopped",
    "personal",
]
