"""Letters of the house to its users: one frame as text and HTML, in the language that the reader of it has chosen.

They go out by Django's mail, so that whatever mail backend is set stores or sends them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

log = logging.getLogger("zhongcao.mail")

KEY, PURPOSE = "X-Idempotency-Key", "X-Purpose"
"""Headers that our outbox takes as instructions and takes out."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said. `why` tells the reader for what reason they get it, and how not to."""

    subject: str
    paragraphs: list[str]
    why: str
    quote: str = ""
    """The words of somebody else, set apart."""
    path: str = ""
    """Of the page to open; on this site."""
    action: str = ""
    lines: list[str] = field(default_factory=list)


def language_of(user: Any) -> str:
    """What the user chose for the admin, or else the site's."""
    profile = getattr(user, "wagtail_userprofile", None)
    chosen: str = getattr(profile, "preferred_language", "")
    return chosen if chosen in {code for code, _name in settings.LANGUAGES} else settings.LANGUAGE_CODE


def send_letter(user: Any, write: Callable[[], Letter], *, purpose: str, key: str = "") -> bool:
    """Send what `write` says, in the user's language; False where the user has no address or is locked out.

    An address that is none counts as none. The same key sends nothing to the same address a second time. With our mail
    backend it is stored in the transaction of the caller and sent after that.
    """
    if not user.is_active or not user.email:
        return False
    with translation.override(language_of(user)):
        letter = write()
        context = {"letter": letter, "site_url": settings.SITE_URL, "site_name": settings.WAGTAIL_SITE_NAME}
        headers = {PURPOSE: purpose, "Auto-Submitted": "auto-generated"} | ({KEY: key} if key else {})
        message = EmailMultiAlternatives(
            " ".join(letter.subject.split()),
            render_to_string("mail/letter.txt", context).strip() + "\n",
            to=[user.email],
            headers=headers,
        )
        message.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
        try:
            message.send()
        except ValueError:  # an address that is none: nothing that the caller does depends on it
            log.warning("The address of user %s cannot be written to.", user.pk)
            return False
    return True
