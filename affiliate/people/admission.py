"""How somebody becomes an author: by an application that an operator decides, or by a letter of invitation."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from affiliate.people import admission_letters as letters
from affiliate.people.models import Agency, Application, Author, Handle, Invitation, User, author_of
from affiliate.people.rights import may_manage
from affiliate.people.roles import WRITERS

LETTER_DAYS = 14
APPLICATION = "people.change_application"
INVITE = "people.add_invitation"


def is_confirmed(user: User) -> bool:
    """Whether somebody has shown that the user's e-mail address is theirs."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


@transaction.atomic
def admit(application_id: int, by: User) -> Author:
    """Make the applicant an author and a writer, and write to them.

    Raises ValidationError, with nothing changed: decided already, address not confirmed, handle taken meanwhile.
    """
    application = _waiting(application_id)
    user = application.user
    if not is_confirmed(user):
        raise ValidationError(
            _("The applicant has not confirmed the e-mail address yet. Nothing was changed; admit them afterwards.")
        )
    if not may_manage(by, user):
        raise ValidationError(_not_by_you())
    author = make_author(user, application.handle, application.name, disclosure=application.disclosure)
    _decide(application, Application.State.ADMITTED, by)
    return author


@transaction.atomic
def refuse(application_id: int, by: User, reason: str) -> None:
    """Refuse with a reason, which the applicant is told. Raises ValidationError where it was decided or has none."""
    if not reason.strip():
        raise ValidationError(_("Give a reason: the applicant is told it."))
    _decide(_waiting(application_id), Application.State.REFUSED, by, reason.strip())


def make_author(user: User, handle: str, name: str, *, disclosure: str = "", agency: Agency | None = None) -> Author:
    """The user's author, now in the group of writers. Raises ValidationError where the handle is somebody else's."""
    with transaction.atomic():
        author = author_of(user)
        if author is None:
            author = Author(user=user, handle=handle, name=name, disclosure=disclosure, agency=agency)
            author.full_clean()
            try:
                with transaction.atomic():
                    author.save()
            except IntegrityError as error:
                raise ValidationError({"handle": _taken()}) from error
        elif agency is not None:
            author.agency = agency
            author.full_clean()
            author.save()
        user.groups.add(Group.objects.get_or_create(name=WRITERS)[0])
    return author


def is_free(handle: str, *, but_for: Author | None = None) -> bool:
    """Whether nobody else has or had this handle."""
    held = Handle.objects.filter(handle=handle)
    return not (held.exclude(author=but_for) if but_for is not None else held).exists()


def invite(email: str, by: User, *, agency: Agency | None = None) -> Invitation:
    """Write a letter of invitation. An earlier one to the same address stops working."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            email=email.lower(),
            agency=agency,
            token_digest=digest(token),
            language=get_language() or "zh-hans",
            expires_at=now + timedelta(days=LETTER_DAYS),
            invited_by=by,
        )
        transaction.on_commit(partial(letters.invitation, invitation, token))
    return invitation


def open_invitation(token: str) -> Invitation | None:
    """The invitation of this token, while it can be accepted."""
    found = Invitation.objects.filter(token_digest=digest(token)).select_related("agency").first()
    return found if found is not None and found.open else None


@transaction.atomic
def accept(invitation_id: int, user: User, handle: str, name: str, **words: Any) -> Author:
    """The invited user becomes an author. Raises ValidationError where the letter was used or withdrawn meanwhile."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if not invitation.open:
        raise ValidationError(_("This invitation was used, withdrawn or is too old. Ask for a new one."))
    if invitation.invited_by is not None and not may_manage(invitation.invited_by, user):
        raise ValidationError(_not_by_them())
    author = make_author(user, handle, name, agency=invitation.agency, **words)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save()
    return author


def withdraw(invitation_id: int) -> bool:
    """Make the letter worthless. False where it was accepted or withdrawn before."""
    found = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
    return found.update(withdrawn_at=timezone.now()) == 1


def digest(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()


def _waiting(application_id: int) -> Application:
    application = Application.objects.select_for_update().filter(pk=application_id).select_related("user").first()
    if application is None or application.state != Application.State.WAITING:
        raise ValidationError(_("Somebody has decided this application meanwhile. Nothing was changed."))
    return application


def _decide(application: Application, state: Application.State, by: User, reason: str = "") -> None:
    application.state, application.reason = state, reason
    application.decided_at, application.decided_by = timezone.now(), by
    application.save()
    transaction.on_commit(partial(letters.decision, application))


def _not_by_you() -> str:
    return _("Nobody admits themselves, nor somebody who may do more or something else here. Ask an administrator.")


def _not_by_them() -> str:
    return _("Your login may do more here than who invited you could give. Use another login, or ask an administrator.")


def _taken() -> str:
    return _("This handle belongs or belonged to another author. Choose another.")
