"""An e-mail address that somebody else enters for a user: it counts once its owner has opened the letter sent there."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from affiliate.people.letters import Letter, send_letter
from affiliate.people.models import User


def ask_to_change(request: HttpRequest, user: User, new: str) -> None:
    """Write to both addresses. The old one stays in force until the link in the letter to the new one is opened."""
    by = request.user.get_username()
    send_letter(user, lambda: _to_the_old(by, new), purpose="account")
    _note_what_is_in_force(user)
    EmailAddress.objects.add_new_email(request, user, new)


def _note_what_is_in_force(user: User) -> None:
    """An address that an operator or a command gave is unknown to allauth: noted, it is told once more when the change
    has happened, and its owner can keep it until then.
    """
    if user.email and not EmailAddress.objects.filter(user=user).exists():
        known = EmailAddress(user=user, email=user.email.lower(), primary=True)
        if known.set_verified(commit=False):
            known.save()


def _to_the_old(by: str, new: str) -> Letter:
    name = settings.WAGTAIL_SITE_NAME
    return Letter(
        subject=_("Your e-mail address is about to change"),
        paragraphs=[
            _("%(by)s has entered %(new)s as the address of your account at %(site)s.")
            % {"by": by, "new": new, "site": name},
            _("This address stays in force until the link in the letter that went to the new one is opened."),
            _("If you know nothing of it, take it back on the page of your address, and tell us."),
        ],
        why=_("You get this letter because it is about your login. It cannot be switched off."),
        path="/account/email/",
        action=_("My e-mail address"),
    )
