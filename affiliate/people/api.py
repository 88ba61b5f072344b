"""What other rooms may use of people."""

from __future__ import annotations

from typing import Any

from affiliate.people import personal
from affiliate.people.consents import Consent, ConsentKind, consent_in_force, give_consent, withdraw_consent
from affiliate.people.letters import Letter, language_of, send_letter
from affiliate.people.models import RESERVED_HANDLES, Agency, Author, Handle, User, author_of
from affiliate.people.retired import is_retired
from affiliate.people.rights import may_manage
from affiliate.people.roles import (
    AGENCIES,
    CATEGORY_EDITORS,
    EDITORS,
    NEEDS_SECOND_FACTOR,
    OPERATORS,
    SUPPORT,
    VIEW_COMMISSION,
    WRITERS,
)
from affiliate.people.terms import Terms, set_terms, terms_now


def may_view_commission(user: Any) -> bool:
    """Whether rates and money may be shown to this user."""
    return bool(user.is_authenticated and user.has_perm(VIEW_COMMISSION))


def ensure_author(user: User) -> Author:
    """The user's author, made from the user name at the first call."""
    if (author := author_of(user)) is not None:
        return author
    stem = "".join(c if c.isascii() and c.isalnum() else "-" for c in user.username.lower()).strip("-")[:24] or "author"
    taken = stem in RESERVED_HANDLES or is_retired(stem) or Handle.objects.filter(handle=stem).exists()
    free = len(stem) > 1 and not taken
    handle = stem if free else f"{stem}-{user.pk}"
    return Author.objects.get_or_create(
        user=user, defaults={"handle": handle, "name": user.get_full_name() or user.username}
    )[0]


def author_at(handle: str) -> Author | None:
    """The author who has this handle, or had it and goes by another now."""
    found = Handle.objects.filter(handle=handle).select_related("author").first()
    return found.author if found is not None else None


def handles_of(author: Author) -> list[str]:
    """Every handle the author has or had."""
    return list(author.handles.values_list("handle", flat=True))


__all__ = [
    "AGENCIES",
    "CATEGORY_EDITORS",
    "EDITORS",
    "NEEDS_SECOND_FACTOR",
    "OPERATORS",
    "SUPPORT",
    "VIEW_COMMISSION",
    "WRITERS",
    "Agency",
    "Author",
    "Consent",
    "Terms",
    "set_terms",
    "terms_now",
    "ConsentKind",
    "Letter",
    "User",
    "author_at",
    "author_of",
    "consent_in_force",
    "ensure_author",
    "give_consent",
    "handles_of",
    "language_of",
    "may_manage",
    "may_view_commission",
    "personal",
    "send_letter",
    "withdraw_consent",
]
