"""Readers' templates are written one element a line and sent without the lines: white space between tags is taken out
when a template is loaded, not when it is drawn. Where a page needs a space, the template has one inside a line.
"""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import filesystem

ADMIN = frozenset({"catalog", "connections", "desk", "earnings", "mail", "moderation", "people", "wagtailadmin"})
"""Folders of templates that only the admin or a mail shows: few see them, and they keep their white space."""
BETWEEN_TAGS = re.compile(r"(?<=[>}])\s*\n\s*(?=[<{])")
LINE_BREAK = re.compile(r"[ \t]*\n\s*")


def fold(source: str) -> str:
    """The source on one line: nothing where a line break stood between tags, one space where it stood in a text."""
    return LINE_BREAK.sub(" ", BETWEEN_TAGS.sub("", source.strip()))


class Loader(filesystem.Loader):
    """Django's loader of files, folding what it reads for readers."""

    def get_contents(self, origin: Origin) -> str:
        source = super().get_contents(origin)
        folder, _, _rest = str(origin.template_name).partition("/")
        # In a letter a line break is what its writer wrote.
        return source if folder in ADMIN or origin.name.endswith(".txt") else fold(source)
