"""What one order line costs the database: an order file of 20,000 lines pays it 20,000 times."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Channel
from affiliate.earnings.split import ensure_first_plan
from affiliate.earnings.tests.conftest import line_of, place
from affiliate.networks.api import OrderLine
from affiliate.people.models import Author

pytestmark = pytest.mark.django_db


def questions(line: OrderLine) -> int:
    """How many statements taking the report took, savepoints left out."""
    with CaptureQueriesContext(connection) as caught:
        ingest(line, Channel.PULL)
    return sum("SAVEPOINT" not in statement["sql"] for statement in caught.captured_queries)


def test_a_new_line_of_a_known_author_takes_eleven_statements(ann: Author) -> None:
    ensure_first_plan()
    place(ann, "abcdefgh1")
    ingest(line_of(sub_id="abcdefgh1"), Channel.PULL)  # opens the accounts
    fresh = line_of(order_id="o2", line_id="o2_1", sub_id="abcdefgh1")
    # Event, order line and credit: two each; all its reports, the plan, the accounts; an entry for author and house.
    assert questions(fresh) == 11


def test_a_report_that_was_taken_before_takes_one(ann: Author) -> None:
    ingest(line_of(), Channel.PULL)
    assert questions(line_of()) == 1
