"""How long moderation keeps what. The advertising file has its own three years: see ad_file.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from content.moderation.models import LandingTest

LANDINGS_KEPT = timedelta(days=30)


def old_landings(now: datetime) -> QuerySet[LandingTest]:
    """Tests of links that nobody has asked about for a month; what they found stands in the runs of the checks."""
    return LandingTest.objects.filter(tested_at__lt=now - LANDINGS_KEPT)


KEPT = {
    "landing_tests": ("what links led to; what editors were told is in the ad file", LANDINGS_KEPT, old_landings),
}
