"""Empties the outbox. Decision 0009 says what happens when a worker dies between sending and marking."""

from __future__ import annotations

import base64
import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from affiliate.connections.api import Unreadable
from config.mail.carriers import Carrier, NobodyThere, NotSent, Refused, opened
from config.mail.models import MailState, OutgoingMail, Reason

log = logging.getLogger("zhongcao.mail")

WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440, 1440)]
"""Between one try and the next; after the last one a mail is given up, some three days after it was written."""
LEASE = timedelta(minutes=10)
"""Longer than any try can take: whoever holds a mail for longer is dead."""
TURN_SECONDS = 20.0
"""One turn of the schedule: what is left waits for the next."""
LEFT_ALONE = timedelta(minutes=1)
"""How long a server that nobody could reach is not tried again, with any mail."""
OF_THE_SERVER = (
    Reason.UNREACHABLE, Reason.CLOSED, Reason.SLOW, Reason.NO_TLS, Reason.TLS, Reason.LOGIN, Reason.DISK,
)  # fmt: skip
"""What befalls every mail alike."""
STALE = timedelta(days=3)
"""Due for longer than this: no worker ran, or the database is an old copy whose mail has gone out since."""
SENT_KEPT = timedelta(days=30)
UNSENT_KEPT = timedelta(days=30)
ROWS_KEPT = timedelta(days=400)
AT_ONCE = 500


def send_due() -> int:
    """Send what is due, for one turn. Returns how many were sent."""
    now = timezone.now()
    if _in_trouble().filter(reason__in=OF_THE_SERVER, tried_at__gt=now - LEFT_ALONE).exists():
        return 0
    deadline, sent = time.monotonic() + TURN_SECONDS, 0
    with opened(settings.MAIL_TRANSPORT) as carrier:
        for pk in list(_due(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:200]):
            if time.monotonic() > deadline or (outcome := _send(pk, carrier)) is None:
                break
            sent += outcome
    return sent


def _send(pk: int, carrier: Carrier) -> bool | None:
    """Whether this mail was sent now; None where no mail can be sent."""
    mail = _claimed(pk)
    if mail is None:
        return False
    try:
        mime = base64.b64decode(mail.content["mime"])
        carrier.carry(mime, sender=mail.sender, recipient=mail.recipient, name=f"{mail.created_at:%Y%m%d-%H%M%S}-{pk}")
    except NobodyThere as problem:
        _put_back(mail, problem)
        return None
    except NotSent as problem:
        _put_back(mail, problem)
        return False
    OutgoingMail.objects.filter(pk=pk).update(
        state=MailState.SENT, content={}, ended_at=timezone.now(), reason="", detail=""
    )
    return True


def _claimed(pk: int) -> OutgoingMail | None:
    """The mail, for exactly one worker; None where another has it, or where it is given up at this point."""
    now = timezone.now()
    claim = {"state": MailState.SENDING, "next_try_at": now + LEASE, "attempts": F("attempts") + 1, "tried_at": now}
    stale = _due(now).filter(pk=pk, next_try_at__lt=now - STALE)
    if stale.exists():
        _end(stale, Refused(Reason.OLD))
        return None
    if not _due(now).filter(pk=pk).update(**claim):
        return None
    mail = OutgoingMail.objects.get(pk=pk)
    if isinstance(mail.content, Unreadable):
        _end(OutgoingMail.objects.filter(pk=pk), Refused(Reason.KEY))
        return None
    if mail.attempts > len(WAITS) + 1:  # each try before was cut off: nobody was left to count it as failed
        _end(OutgoingMail.objects.filter(pk=pk), Refused(Reason.INTERRUPTED))
        return None
    return mail


def _due(now: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state__in=[MailState.WAITING, MailState.SENDING], next_try_at__lte=now)


def _put_back(mail: OutgoingMail, problem: NotSent) -> None:
    """For another try, or for a person to look at. One that another worker has taken up meanwhile is left to it."""
    mine = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    if isinstance(problem, Refused) or mail.attempts > len(WAITS):
        _end(mine, problem)
        return
    log.info("Mail %s waits after try %s: %s.", mail.pk, mail.attempts, problem.reason.value)
    mine.update(
        state=MailState.WAITING,
        next_try_at=timezone.now() + WAITS[mail.attempts - 1],
        reason=problem.reason,
        detail=problem.detail[:300],
    )


def _end(mails: QuerySet[OutgoingMail], problem: NotSent) -> None:
    for pk in mails.values_list("pk", flat=True):
        log.warning("Mail %s could not be sent: %s. The operators' page of mail shows it.", pk, problem.reason.value)
    mails.update(state=MailState.UNSENT, ended_at=timezone.now(), reason=problem.reason, detail=problem.detail[:300])


def _in_trouble() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.exclude(reason="").exclude(state=MailState.SENT)


def in_trouble() -> QuerySet[OutgoingMail]:
    """Mail that could not be sent, or not yet, without its content; the newest first."""
    return _in_trouble().exclude(recipient="").defer("content").order_by("-state", "-created_at", "-pk")


def send_again(pks: list[int] | None = None) -> int:
    """Make mails in trouble due now, with all their tries before them; all of them where none is named.

    One whose content is no longer kept stays as it is. Returns how many.
    """
    chosen = in_trouble().exclude(content="").filter(state__in=[MailState.WAITING, MailState.UNSENT])
    if pks is not None:
        chosen = chosen.filter(pk__in=pks)
    due = {"state": MailState.WAITING, "attempts": 0, "next_try_at": timezone.now(), "ended_at": None}
    return chosen.order_by().update(**due, reason="", detail="")


def prune() -> int:
    """Forget whom old mail went to, and the content of what nobody sent again; later the rows. Returns how many."""
    now = timezone.now()
    forgotten = {"content": {}, "recipient": "", "subject": "", "detail": ""}
    ended = OutgoingMail.objects.exclude(recipient="")
    done = 0
    for rows in (
        ended.filter(state=MailState.SENT, ended_at__lt=now - SENT_KEPT),
        ended.filter(state=MailState.UNSENT, ended_at__lt=now - UNSENT_KEPT),
    ):
        while pks := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            done += OutgoingMail.objects.filter(pk__in=pks).update(**forgotten)
    while pks := list(OutgoingMail.objects.filter(ended_at__lt=now - ROWS_KEPT).values_list("pk", flat=True)[:AT_ONCE]):
        done += OutgoingMail.objects.filter(pk__in=pks).delete()[0]
    return done


def forget_recipient(address: str) -> int:
    """Remove every mail to this address, sent or not. Returns how many."""
    return OutgoingMail.objects.filter(recipient__iexact=address).delete()[0] if address else 0
