"""Takes the lines of an order file in parts, each noted when it is done: who is stopped goes on after the last one."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from affiliate.connections.api import Unreadable
from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import Channel, Upload, UploadContent
from affiliate.earnings.reports import Tally
from affiliate.earnings.upload_models import UploadState
from affiliate.networks.api import BadInput, OrderLine, RejectedRow, Said, as_kept

logger = logging.getLogger("zhongcao.earnings")

PART = 500
CLAIM = timedelta(minutes=5)
"""How long a claim lasts without a sign of life: longer than any one part takes."""
REJECTED_KEPT = 1_000
NOT_KEPT = "The import was stopped before its end. Import the file once more: what was taken stays and counts once."
NO_KEY = "The file was kept under a key that is not among ENCRYPTION_KEYS any more. Upload it again."


def keep(record: Upload, data: bytes) -> None:
    """Store a new record and the bytes of its file, for a worker to take."""
    with transaction.atomic():
        record.save()
        UploadContent.objects.create(upload=record, data=base64.b64encode(data).decode())


def content_of(record: Upload) -> bytes:
    """The file itself. Raises BadInput where it was not kept, or cannot be read any more."""
    content = UploadContent.objects.filter(upload=record).first()
    if content is None:
        raise BadInput(NOT_KEPT)
    if isinstance(content.data, Unreadable):
        raise BadInput(NO_KEY)
    return base64.b64decode(content.data)


def waiting() -> QuerySet[Upload]:
    """Files that are not taken whole and that nobody is at."""
    return Upload.objects.filter(state=UploadState.TAKING).exclude(claimed_until__gte=timezone.now())


def claim(pk: int) -> Upload | None:
    """Become the one who takes a file; None where nothing of it is left, or somebody else is at it."""
    if waiting().filter(pk=pk).update(claimed_until=timezone.now() + CLAIM, tries=F("tries") + 1) != 1:
        return None
    return Upload.objects.get(pk=pk)


def take(record: Upload, lines: Sequence[OrderLine], report: Tally) -> None:
    """Take the lines from where the record stands, and count them into it and into `report`, which says so where
    somebody else came in between.
    """
    while record.position < record.lines:
        part = Tally(record.network)
        start = record.position
        ingest_many(lines[start : start + PART], Channel.FILE, part, first_line=start + 1)
        report.add(part)
        if not _advance(record, part):
            logger.warning("Order file %s: somebody else has taken over at line %s.", record.pk, start)
            report.error = BadInput(NOT_KEPT)
            return
    _end(record, UploadState.TAKEN)


def _advance(record: Upload, part: Tally) -> bool:
    """Note that a part is taken. False where another has noted it: only one of two moves the same position on. A part
    that was stopped between its lines and this note counts as known already when it is taken again.
    """
    reached = min(record.position + PART, record.lines)
    rejected = (record.rejected + kept_rows(part.rejected))[:REJECTED_KEPT]
    moved = _still_taking(record).update(
        position=reached,
        created=F("created") + part.created,
        updated=F("updated") + part.updated,
        unchanged=F("unchanged") + part.unchanged,
        rejected=rejected,
        tries=0,
        claimed_until=timezone.now() + CLAIM,
    )
    record.position, record.rejected = reached, rejected
    return moved == 1


def _still_taking(record: Upload) -> QuerySet[Upload]:
    return Upload.objects.filter(pk=record.pk, state=UploadState.TAKING, position=record.position)


def break_off(record: Upload, why: Said) -> None:
    """Give a file up; what was taken stays."""
    logger.error("Order file %s was given up: %s", record.pk, why)
    _end(record, UploadState.FAILED, problem=as_kept(why))


def _end(record: Upload, state: UploadState, **values: Any) -> None:
    """Nothing more of the file is taken, and its bytes are thrown away."""
    with transaction.atomic():
        if _still_taking(record).update(state=state, claimed_until=None, **values):
            UploadContent.objects.filter(upload=record).delete()
    record.state = state


def kept_rows(rows: Sequence[RejectedRow]) -> list[dict[str, Any]]:
    """Rows that could not be read, as they are kept: not more than anybody reads."""
    return [{"line": row.line, "reason": as_kept(row.reason)} for row in rows[:REJECTED_KEPT]]
