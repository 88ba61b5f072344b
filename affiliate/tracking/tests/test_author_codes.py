"""Coupon codes of authors: one owner at a time, whatever is tried, and found again by the day of the order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from affiliate.connections.api import Merchant
from affiliate.people.api import Author
from affiliate.tracking import author_codes
from affiliate.tracking.models import AuthorCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def farm(db):
    return Merchant.objects.create(slug="farm", name="农场", hosts="farm.example", link_template="x")


@pytest.fixture
def authors(db):
    return [Author.objects.create(handle=f"author{n}", name=f"作者{n}") for n in range(3)]


@pytest.mark.parametrize("typed", ["ANN10", " ann10 ", "Ａｎｎ１０"])
def test_what_a_buyer_types_in_any_case_and_width_is_the_code(typed, farm, authors):
    author_codes.give(farm, "Ann10", authors[0])
    assert author_codes.owner_of("farm", typed, timezone.now()) == authors[0]


@pytest.mark.parametrize("typed", ["", "ab", "a b c", "x" * 41, "ANN10; DROP", "\x00" * 5])
def test_what_can_be_no_code_is_nobodys_and_cannot_be_given(typed, farm, authors):
    assert author_codes.owner_of("farm", typed, timezone.now()) is None
    with pytest.raises(ValidationError):
        author_codes.give(farm, typed, authors[0])


def test_a_live_code_is_given_to_nobody_else_and_another_merchants_is_free(farm, authors):
    author_codes.give(farm, "ANN10", authors[0])
    for author in authors:
        with pytest.raises(ValidationError, match="作者0"):
            author_codes.give(farm, "ann10", author)
    other = Merchant.objects.create(slug="other", name="别家", hosts="o.example", link_template="x")
    author_codes.give(other, "ANN10", authors[1])
    assert author_codes.owner_of("farm", "ANN10", timezone.now()) == authors[0]


def test_a_code_that_is_over_may_be_given_out_again_and_older_orders_stay_with_the_former_owner(farm, authors):
    first = author_codes.give(farm, "ANN10", authors[0])
    AuthorCode.objects.filter(pk=first.pk).update(starts_at=timezone.now() - timedelta(days=9))
    author_codes.end(first.pk)
    author_codes.give(farm, "ANN10", authors[1])
    now = timezone.now()
    assert author_codes.owner_of("farm", "ANN10", now - timedelta(days=1)) == authors[0]
    assert author_codes.owner_of("farm", "ANN10", now) == authors[1]
    assert author_codes.owner_of("farm", "ANN10", now - timedelta(days=30)) is None


def test_one_that_ends_by_itself_is_free_when_its_time_is_over_and_not_before(farm, authors):
    code = author_codes.give(farm, "ANN10", authors[0], ends_at=timezone.now() + timedelta(days=1))
    with pytest.raises(ValidationError):
        author_codes.give(farm, "ANN10", authors[1], starts_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        author_codes.give(farm, "ANN10", authors[1], starts_at=timezone.now() + timedelta(days=2))
    over = timezone.now() - timedelta(seconds=1)
    AuthorCode.objects.filter(pk=code.pk).update(starts_at=over - timedelta(days=1), ends_at=over)
    author_codes.give(farm, "ANN10", authors[1])
    assert author_codes.owner_of("farm", "ANN10", timezone.now()) == authors[1]


def test_no_code_begins_in_the_past_where_it_would_move_money(farm, authors):
    with pytest.raises(ValidationError) as refused:
        author_codes.give(farm, "ANN10", authors[0], starts_at=timezone.now() - timedelta(days=1))
    assert refused.value.code == "past"
    with pytest.raises(ValidationError):
        author_codes.give(farm, "ANN10", authors[0], ends_at=timezone.now())


def test_the_database_refuses_what_no_function_would_do(farm, authors):
    code = author_codes.give(farm, "ANN10", authors[0])
    now = timezone.now()
    wrong = [
        lambda: AuthorCode.objects.create(merchant=farm, code="ANN10", author=authors[1], starts_at=now),
        lambda: AuthorCode.objects.filter(pk=code.pk).update(closed_at=now),
        lambda: AuthorCode.objects.filter(pk=code.pk).update(ends_at=now + timedelta(days=1), closed_at=now),
        lambda: AuthorCode.objects.filter(pk=code.pk).update(ends_at=code.starts_at - timedelta(days=1)),
    ]
    for attempt in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    code.author = authors[1]
    with pytest.raises(ValueError, match="owner"):
        code.save()


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["give", "end", "pass"]), st.integers(0, 2), st.integers(0, 3), st.integers(1, 4)),
        max_size=12,
    )
)
def test_whatever_is_tried_no_code_has_two_owners_at_one_time(farm, authors, monkeypatch, steps):
    clock = [timezone.now()]
    monkeypatch.setattr(author_codes.timezone, "now", lambda: clock[0])
    with transaction.atomic():
        for what, who, later, days in steps:
            if what == "pass":
                clock[0] += timedelta(days=days)
            elif what == "end":
                for code in AuthorCode.objects.filter(closed_at=None):
                    author_codes.end(code.pk)
            else:
                begins = clock[0] + timedelta(days=later)
                try:
                    author_codes.give(
                        farm, "ANN10", authors[who], starts_at=begins, ends_at=begins + timedelta(days=days)
                    )
                except ValidationError:
                    continue
        times = sorted((code.starts_at, code.ends_at) for code in AuthorCode.objects.all())
        assert all(earlier[1] <= later[0] for earlier, later in zip(times, times[1:], strict=False))
        transaction.set_rollback(True)
