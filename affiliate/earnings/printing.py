"""What this room's commands share: one JSON document or plain lines on standard output, errors with exit status 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from affiliate.earnings.reports import PullReport
from affiliate.networks.api import BadInput, registry


def document(out: OutputWrapper, content: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    out.write(json.dumps(content, ensure_ascii=False))


def fail(out: OutputWrapper, content: Mapping[str, Any], *, as_json: bool) -> None:
    """End the command with exit status 1: the document on standard output, or the message on standard error."""
    if not as_json:
        raise CommandError(content["error"]["message"])
    document(out, content)
    sys.exit(1)


def show_report(out: OutputWrapper, report: PullReport, *, as_json: bool) -> None:
    """Print what came of a pull or an import, and end with 1 where it broke off."""
    content = report.as_json()
    if not as_json:
        for one in report.parts or (report,):
            trouble = f" {one.error.message}" if report.parts and one.error else ""
            out.write(f"{one.source}: {_counts(one)}{trouble}")
        for row in report.rejected:
            out.write(f"  line {row.line}: {row.reason}")
        for warning in report.warnings:
            out.write(f"  note: {warning}")
        if report.goes_on_from:
            out.write(f"What was read is kept. Go on with --from {report.goes_on_from.isoformat()}")
    if report.error:
        fail(out, content, as_json=as_json)
    if as_json:
        document(out, content)


def _counts(report: PullReport) -> str:
    names = ("fetched", "created", "updated", "unchanged")
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names)
    return f"{counts}, {len(report.rejected)} rejected."


def check_networks(*slugs: str) -> None:
    """Raise BadInput for a name that is no network's: a typing error must not look like "there is nothing". An empty
    one means every network.
    """
    if unknown := [slug for slug in filter(None, slugs) if slug not in registry.ADAPTERS]:
        raise BadInput(f"There is no network {unknown[0][:40]!r}. Known are: {', '.join(registry.slugs())}.")


def time_of(text: str) -> datetime:
    """A day or time in ISO 8601; one without a zone is in the site's. Raises BadInput."""
    try:
        at = parse_datetime(text)
        if at is None and (day := parse_date(text)) is not None:
            at = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone follows
    except ValueError:
        at = None
    if at is None:
        raise BadInput(f"{text[:40]!r} is not a time. Write it as 2026-11-01T08:00:00+08:00.")
    return timezone.make_aware(at) if timezone.is_naive(at) else at
