"""The names of the groups that say what somebody may do. What each may do is written in content.moderation."""

from __future__ import annotations

WRITERS = "Writers"
EDITORS = "Editors"
CATEGORY_EDITORS = "Category editors"
OPERATORS = "Operators"
AGENCIES = "Agencies"
SUPPORT = "Support"

VIEW_COMMISSION = "people.view_commission"
NEEDS_SECOND_FACTOR = "people.needs_second_factor"
