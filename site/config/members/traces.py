"""What the frame that the rooms stand in keeps of a person: Wagtail's profile and logs, sessions, login attempts."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from affiliate.people.api import Author, User, author_of
from config.mail.models import OutgoingMail

LOGIN_APPS = frozenset({"account", "mfa", "usersessions", "socialaccount", "wagtailadmin"})
"""Apps whose rows about a user are of use to nobody else: addresses, second factors, devices, unsaved forms."""
OTHER_ROWS = ("wagtailcore.apitoken", "wagtailcore.uploadedfile")


def personal_data(user: User) -> dict[str, Any]:
    """Settings, open sessions, mail that is still known to have gone to the address."""
    profile = UserProfile.objects.filter(user=user).first()
    mails = OutgoingMail.objects.filter(recipient__iexact=user.email).exclude(recipient="").order_by("pk")
    return {
        "settings": {
            "language": profile.preferred_language,
            "time_zone": profile.current_time_zone,
            "mail_when_approved": profile.approved_notifications,
            "mail_when_returned": profile.rejected_notifications,
        }
        if profile
        else None,
        "open_sessions_until": [session.expire_date for session in sessions_of(user)],
        "mails": list(mails.values("subject", "created_at", "state", "purpose")),
    }


def sessions_of(user: User) -> list[Session]:
    """Sessions in which this user is logged in. They are found by reading all that have not run out."""
    own = str(user.pk)
    running = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
    return [session for session in running if session.get_decoded().get("_auth_user_id") == own]


def forget(user: User, username: str, key: str) -> None:
    """Remove what is the user's alone, and put `key` where a log names them."""
    Session.objects.filter(pk__in=[session.pk for session in sessions_of(user)]).delete()
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__in=[name for name in (username, user.email) if name]).delete()
    profile = UserProfile.objects.filter(user=user).first()
    if profile is not None:
        if profile.avatar:
            profile.avatar.delete(save=False)
        profile.delete()
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in LOGIN_APPS or label in OTHER_ROWS:
            for field in model._meta.concrete_fields:
                if field.related_model is User:
                    model._default_manager.filter(**{field.name: user}).delete()
    _in_logs(user, key)


def _in_logs(user: User, key: str) -> None:
    """Wagtail's log of changes calls a user and an author by name."""
    author = author_of(user)
    named: list[tuple[type[Any], int | None]] = [(User, user.pk), (Author, author.pk if author else None)]
    for model, pk in named:
        kind = ContentType.objects.get_for_model(model)
        ModelLogEntry.objects.filter(content_type=kind, object_id=str(pk)).update(label=f"gone-{key}", data={})
