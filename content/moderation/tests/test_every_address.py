"""Every address of the admin, asked by each role: no draft of another, no money for editors, nothing changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from affiliate.people.api import Author
from content.moderation.tests.factories import draft, person, published, site
from content.pages.tests.making import make_item, product

pytestmark = pytest.mark.django_db

TITLE, WORDS = "Zq7title", "Zq7words"
# Commission in fen, as a rate and as what the author would get: numbers that stand nowhere by chance.
COMMISSION = {"commission_minor": 76_543, "commission_rate_bp": 8_642}
MONEY = ("765.43", "76543", "86.42%", "510.29", "510.28", "51028", "51029", "commission_minor")
POSTED = {"action-publish": "1", "title": "taken", "slug": "taken", "body-count": "0", "comments-TOTAL_FORMS": "0"}
POSTED |= {"comments-INITIAL_FORMS": "0", "author": "1", "reason": "taken", "comment": "taken", "next": "/admin/"}
CONVERTERS = re.compile(r"<(?:(\w+):)?(\w+)>")


def patterns(found: list[Any], prefix: str = "") -> Any:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def addresses(values: dict[str, Any]) -> list[str]:
    """Every pattern below /admin/ with its gaps filled: by name where `values` has it, else with the page's id."""
    made = []
    for route in patterns(get_resolver().url_patterns):
        if not route.startswith("admin/") or "logout" in route or "failwhale" in route:
            continue
        if "revisions/compare" in route:
            route = f"admin/pages/{values['page_id']}/revisions/compare/earliest...latest/"
        path = CONVERTERS.sub(lambda gap: str(values.get(gap[2], values["page_id"])), route).replace("^", "")
        if not re.search(r"[<(*$]", path):
            made.append(f"/{path}")
    assert len(made) > 200
    return made


def gaps(page: Any) -> dict[str, Any]:
    state = page.current_workflow_state
    return {
        "page_id": page.pk,
        "parent_page_id": page.get_parent().pk,
        "destination_id": page.get_parent().pk,
        "revision_id": page.latest_revision_id,
        "task_state_id": state.current_task_state_id,
        "task_id": state.current_task_state.task_id,
        "workflow_state_id": state.pk,
        "content_type_app_name": "pages",
        "content_type_model_name": "reviewpage",
        "app_label": "pages",
        "model_name": "reviewpage",
        "object_id": page.pk,
        "session_id": 1,
        "action_name": "approve",
        "action": "delete",
        "slug": "demo",
        "item_id": page.products()[0][1].item.pk,
    }


@pytest.fixture
def bens(db):
    """A draft of Ben's that waits for the editors, with a product in it."""
    site()
    body = [{"type": "note", "value": WORDS, "id": "5c6d"}, product(make_item(**COMMISSION))]
    page = draft(person("ben"), TITLE, body=body)
    page.get_workflow().start(page, person("ben"))
    return type(page).objects.get(pk=page.pk)


def queries(page: Any) -> list[str]:
    return ["", f"?q={TITLE}&id={page.pk}&fields=*&for_explorer=1&ids=" + ",".join(map(str, range(1, 90)))]


def words_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def asked(client: Any, page: Any) -> Any:
    """Each address by each way of asking that an attacker would try first."""
    for address in addresses(gaps(page)):
        for query in queries(page):
            yield address + query, client.get(address + query)
        if "/login/" not in address:
            yield f"POST {address}", client.post(address, POSTED)


def test_a_writer_gets_nothing_of_the_draft_of_another(client, bens):
    client.force_login(person("amy"))
    client.raise_request_exception = False  # Wagtail answers some posts without a form's fields with 500
    before = (bens.live, bens.title, bens.latest_revision_id, bens.current_workflow_state.status)
    open_ones = []
    for address, answer in asked(client, bens):
        text = words_of(answer)
        # A search page repeats what was searched for.
        if WORDS in text or (TITLE in text and f"q={TITLE}" not in address):
            open_ones.append(address)
    assert open_ones == []
    after = type(bens).objects.get(pk=bens.pk)
    assert before == (after.live, after.title, after.latest_revision_id, after.current_workflow_state.status)


def test_an_editor_meets_no_money_at_any_address(client, bens):
    published(person("ben"), "Live", body=[product(make_item(**COMMISSION))])
    Author.objects.get_or_create(user=person("eve"), defaults={"handle": "eve", "name": "Eve"})
    client.force_login(person("eve"))
    for address in addresses(gaps(bens)):
        for query in queries(bens):
            text = words_of(client.get(address + query))
            assert [sum_ for sum_ in MONEY if sum_ in text] == [], address + query
