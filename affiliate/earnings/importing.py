"""Takes an order file of a network's back-end: good rows count although others are broken, and nothing is removed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from affiliate.connections import api as connections
from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import Channel, Upload
from affiliate.earnings.reports import PullReport
from affiliate.networks.api import BadInput, NetworkError, read_export

LARGEST_FILE = 20 * 1024 * 1024
REJECTED_KEPT = 1_000


def import_file(data: bytes, filename: str, network: str, user: Any = None) -> PullReport:
    """Import a file and keep a record of it. Never raises NetworkError: a file that cannot be taken as a whole
    leaves an error in the report and nothing else. The same file again changes nothing and says so.
    """
    report = PullReport(network)
    try:
        if len(data) > LARGEST_FILE:
            raise BadInput(
                "The file is larger than %(size)s MB. Export fewer days at a time.",
                values={"size": str(LARGEST_FILE // 1024 // 1024)},
            )
        adapter = connections.adapter(network)
        if not adapter.capabilities.file_import:
            raise BadInput(
                "Order files of %(network)s cannot be imported.", network=network, values={"network": network}
            )
        result = read_export(data, filename, adapter.export_profiles())
    except NetworkError as exc:
        report.error = exc
        return report
    report.profile, report.warnings = result.profile_name, result.warnings
    report.reject_all(result.rejected)
    ingest_many(result.lines, Channel.FILE, report)
    _record(report, data, filename, user)
    return report


def _record(report: PullReport, data: bytes, filename: str, user: Any) -> None:
    with transaction.atomic():
        Upload.objects.create(
            network=report.network,
            filename=filename[-200:],
            digest=hashlib.sha256(data).hexdigest(),
            profile=report.profile[:60],
            uploaded_by=user.get_username()[:150] if user is not None else "",
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            rejected=[{"line": row.line, "reason": row.reason} for row in report.rejected[:REJECTED_KEPT]],
        )
