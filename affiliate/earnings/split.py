"""Shares what a network pays us by the plan in force when the order was placed; sums are exact to the last fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from affiliate.earnings.models import SplitPlan
from affiliate.people.api import Author

FIRST_PLAN_FROM = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of one commission, in minor units. Their sum is the commission."""

    author: int
    agency: int
    site: int


def ensure_first_plan() -> SplitPlan:
    """The plan of the house, site 30 parts to author's side 60, from the beginning of time; made where none stands."""
    return SplitPlan.objects.get_or_create(version=1, defaults={"valid_from": FIRST_PLAN_FROM})[0]


def plan_in_force(at: datetime) -> SplitPlan:
    """The newest plan that was valid at a time; the first plan for anything before it."""
    plan = SplitPlan.objects.filter(valid_from__lte=at).order_by("-valid_from").first()
    return plan or ensure_first_plan()


def split_plans() -> list[SplitPlan]:
    """Every plan, the newest first: the rules of the split are public."""
    return list(SplitPlan.objects.order_by("-valid_from", "-version"))


def shares_of(commission_minor: int, plan: SplitPlan, *, has_agency: bool = False, is_house: bool = False) -> Shares:
    """Each share is rounded down; what is left over goes to the house. The house as author keeps everything."""
    if commission_minor <= 0 or is_house:
        return Shares(author=0, agency=0, site=max(commission_minor, 0))
    whole = plan.site_parts + plan.author_parts
    agency_parts = plan.agency_parts if has_agency else 0
    agency = commission_minor * agency_parts // whole
    author = commission_minor * (plan.author_parts - agency_parts) // whole
    return Shares(author=author, agency=agency, site=commission_minor - author - agency)


def author_estimate(commission_minor: int, author: Author | None, at: datetime) -> int:
    """What the author would earn of a commission on an order placed at `at`; an unknown author counts as one alone."""
    has_agency = author is not None and author.agency_id is not None
    is_house = author is not None and author.is_house
    return shares_of(commission_minor, plan_in_force(at), has_agency=has_agency, is_house=is_house).author
