"""What people writes by mail, in Chinese or English. Sent with Django's mail functions; the back end queues."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from affiliate.people.letters import language_of
from affiliate.people.models import Application, Invitation


def decision(application: Application) -> None:
    """Admitted, and where to go on; or refused, and why."""
    kind = "admitted" if application.state == Application.State.ADMITTED else "refused"
    context = {"application": application, "login_url": _absolute("account_login")}
    write(f"people/letters/{kind}", application.user.email, context, language_of(application.user))


def invitation(letter: Invitation, token: str) -> None:
    """The only place where the token is written."""
    address = _absolute("people_invitation", token)
    context = {"invitation": letter, "address": address}
    write("people/letters/invitation", letter.email, context, letter.language)


def write(template: str, to: str, context: dict[str, Any], language: str = "") -> None:
    """Render `<template>_subject.txt` and `<template>_message.txt` in the language and send them to one address."""
    context = {**context, "site_url": settings.SITE_URL}
    with translation.override(language or get_language() or settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        text = render_to_string(f"{template}_message.txt", context).strip()
    send_mail(subject, text + "\n", settings.DEFAULT_FROM_EMAIL, [to])


def _absolute(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
