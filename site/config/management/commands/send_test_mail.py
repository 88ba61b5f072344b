"""manage.py send_test_mail: does mail leave the house?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.mail.address import as_sent, bare
from config.mail.carriers import NobodyThere, NotSent, opened
from config.mail.models import Reason


class Command(BaseCommand):
    help = "Sends one mail to an address now, past the outbox, and says what the mail server answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="Who receives it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        address, to = options["address"].strip(), settings.MAIL_TRANSPORT
        with override("en"):
            try:
                validate_email(address)
                self._carry(address)
            except ValidationError:
                self._fail("bad_input", f"{address!r} is not an address. Nothing was sent.", options)
            except NotSent as problem:
                kind = "unavailable" if isinstance(problem, NobodyThere) else "bad_input"
                if problem.reason in (Reason.LOGIN, Reason.TLS, Reason.NO_TLS):
                    kind = "reauthorise"
                said = f"{Reason(problem.reason).label} {problem.detail}".strip()
                self._fail(kind, f"Nothing was sent by {to}. {said}", options)
        if options["json"]:
            self.stdout.write(json.dumps({"sent": True, "transport": str(to)}))
        else:
            self.stdout.write(f"Sent to {address} by {to}.")

    def _carry(self, address: str) -> None:
        subject = _("Test mail from %(site)s") % {"site": settings.WAGTAIL_SITE_NAME}
        body = _("If you read this, %(url)s can send mail.") % {"url": settings.SITE_URL}
        message = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})
        name = f"{timezone.now():%Y%m%d-%H%M%S}-test"
        with opened(settings.MAIL_TRANSPORT) as carrier:
            carrier.carry(as_sent(message), sender=bare(message.from_email), recipient=bare(address), name=name)

    def _fail(self, kind: str, message: str, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"error": {"kind": kind, "message": message, "retry_at": None}}))
            raise SystemExit(1)
        raise CommandError(message)
