"""Takes an order file of a network's back-end: good rows count although others are broken, and nothing is removed.

A file is read whole before any of it is taken, so that a wrong one is refused at once. A small one is then taken while
one waits, a large one by a worker.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.utils import timezone

from affiliate.connections import api as connections
from affiliate.earnings import taking
from affiliate.earnings.models import Upload
from affiliate.earnings.reports import PullReport, Tally
from affiliate.earnings.upload_models import UploadState
from affiliate.networks.api import BadInput, ExportResult, NetworkError, Said, as_kept, read_export

logger = logging.getLogger("zhongcao.earnings")

LARGEST_FILE = 20 * 1024 * 1024
AT_ONCE = taking.PART
"""So many lines are taken while one waits: a few seconds."""
MOST_TRIES = 5
STOPPED = "The file was begun %(times)s times and stopped each time; the log says why. Lines taken so far are kept."


def import_file(data: bytes, filename: str, network: str, user: Any = None) -> PullReport:
    """Import a whole file now and keep a record of it. Never raises NetworkError: a file that cannot be taken leaves an
    error in the report and nothing else. The same file again changes nothing and says so.
    """
    report = PullReport(network)
    try:
        result = read_file(data, filename, network)
    except NetworkError as exc:
        report.error = exc
        return report
    report.profile, report.warnings = result.profile_name, result.warnings
    report.reject_all(result.rejected)
    record = _record(result, data, filename, network, user)
    record.save()
    taking.take(record, result.lines, report)
    return report


def hand_in(data: bytes, filename: str, network: str, user: Any) -> Upload:
    """Take a small file now; keep a large one for a worker, who is still to be called. Raises NetworkError for one that
    cannot be taken as a whole; nothing is kept of it.
    """
    result = read_file(data, filename, network)
    record = _record(result, data, filename, network, user)
    if record.lines > AT_ONCE:
        record.claimed_until = None
        taking.keep(record, data)
    else:
        record.save()
        taking.take(record, result.lines, Tally(network))
    return record


def go_on(pk: int) -> None:
    """Take what is left of a file, where nobody else is at it."""
    record = taking.claim(pk)
    if record is None:
        return
    try:
        if record.tries > MOST_TRIES:
            raise BadInput(STOPPED, values={"times": str(MOST_TRIES)})
        result = read_file(taking.content_of(record), record.filename, record.network)
    except NetworkError as exc:
        taking.break_off(record, Said(exc.template, **exc.values))
    else:
        taking.take(record, result.lines, Tally(record.network))


def go_on_with_all() -> None:
    """One turn of the schedule: files that no task has begun, and those whose worker fell silent."""
    for pk in list(taking.waiting().order_by("pk").values_list("pk", flat=True)):
        try:
            go_on(pk)
        except Exception:
            logger.exception("Order file %s was stopped; it goes on at a later turn.", pk)


def read_file(data: bytes, filename: str, network: str) -> ExportResult:
    """What a file holds. Raises NetworkError where it cannot be taken as a whole."""
    if len(data) > LARGEST_FILE:
        raise BadInput(
            "The file is larger than %(size)s MB. Export fewer days at a time.",
            values={"size": str(LARGEST_FILE // 1024 // 1024)},
        )
    adapter = connections.adapter(network)
    if not adapter.capabilities.file_import:
        raise BadInput("Order files of %(network)s cannot be imported.", network=network, values={"network": network})
    return read_export(data, filename, adapter.export_profiles())


def _record(result: ExportResult, data: bytes, filename: str, network: str, user: Any) -> Upload:
    """The record of a file none of whose lines is taken yet, claimed by who calls."""
    return Upload(
        network=network,
        filename=filename[-200:],
        digest=hashlib.sha256(data).hexdigest(),
        profile=result.profile_name[:60],
        uploaded_by=user.get_username()[:150] if user is not None else "",
        state=UploadState.TAKING,
        claimed_until=timezone.now() + taking.CLAIM,
        lines=len(result.lines),
        rejected=taking.kept_rows(result.rejected),
        warnings=[as_kept(warning) for warning in result.warnings],
    )
