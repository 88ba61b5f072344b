"""Once a day, a letter to each operator that names what needs one of them. No letter where nothing does.

Unsent mail is left out: who does not receive mail is not helped by one about it. Its page shows it.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from affiliate.connections import api as connections
from affiliate.earnings import api as earnings
from affiliate.people.api import Letter, User, send_letter
from config.models import ScheduledJob
from content.moderation.api import OPERATORS

CREDENTIALS = "reauthorise"


def needs() -> list[str]:
    """What waits for an operator, in sentences of the language in force; empty where nothing does."""
    now = timezone.now()
    sentences, ending = [], connections.expiry_warnings()
    for state in connections.states():
        name = {"name": connections.network_name(state.network)}
        worse = state.last_error_at and (state.last_success_at is None or state.last_success_at < state.last_error_at)
        if not state.switched_on:
            continue
        sentences += ending.get(state.network, [])
        if worse and state.last_error_kind == CREDENTIALS:
            sentences.append(_("%(name)s does not accept our credentials. Enter them again.") % name)
        elif state.open_until is not None and state.open_until > now:
            sentences.append(_("%(name)s failed several times in a row and is left alone for a while.") % name)
    if number := earnings.unattributed().count():
        sentence = ngettext("%(number)s order line leads to nobody.", "%(number)s order lines lead to nobody.", number)
        sentences.append(sentence % {"number": number})
    for job in ScheduledJob.objects.exclude(error="").order_by("name"):
        sentences.append(_("The scheduled job %(name)s failed when it last ran.") % {"name": job.name})
    return list(dict.fromkeys(sentences))  # a network and its one account may have the same trouble


def tell_operators() -> int:
    """Write today's letter to whoever has not got it yet. Returns to how many."""
    if not needs():
        return 0
    key = f"digest:{timezone.localdate()}"
    operators = User.objects.filter(groups__name=OPERATORS, is_active=True).exclude(email="").distinct()
    return sum(send_letter(user, _letter, purpose="operators_digest", key=key) for user in operators)


def _letter() -> Letter:
    found = needs()
    return Letter(
        subject=ngettext("%(number)s thing waits for an operator", "%(number)s things wait for an operator", len(found))
        % {"number": len(found)},
        paragraphs=[_("As of now, this needs somebody who operates the site:")],
        lines=found,
        why=_("You get this mail, at most once a day, because you are one of the site's operators."),
        path=reverse("wagtailadmin_home"),
        action=_("Open the admin"),
    )
