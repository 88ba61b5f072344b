"""The share kit: every form of a post's links, for those whose post it is."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from affiliate.connections.api import switch
from affiliate.tracking.api import LinkState, Placement, PlacementLink
from content.moderation.tests.factories import person, published, site
from content.pages.tests.making import make_item, product

pytestmark = pytest.mark.django_db
FORMS = {
    "url": "https://s.example/long",
    "short_url": "https://s.example/s",
    "deeplink": "shopapp://item/1",
    "token_text": "8￥复制这段￥",
    "mini_program": "wx0123456789:pages/item?id=1",
}


@pytest.fixture
def post():
    site()
    page = published(person("amy"), "好物", body=body(make_item(network="jd")))
    PlacementLink.objects.filter(placement__page_id=page.pk).update(state=LinkState.READY, **FORMS)
    return page


def body(*items):
    return json.dumps([product(item) for item in items])


def kit(client, page, user):
    client.force_login(user)
    return client.get(f"/admin/desk/links/{page.pk}/")


def test_the_writer_sees_every_form_that_the_network_gave(client, post):
    html = kit(client, post, post.owner).content.decode()
    assert f"/go/{Placement.objects.get().code}" in html
    for text in FORMS.values():
        assert text in html
    assert "公众号" in html and "广告" in html


def test_another_writer_sees_nothing(client, post):
    assert kit(client, post, person("ben")).status_code == 302


def test_what_ran_out_waits_for_a_token_or_is_switched_off_is_not_handed_out(client, post):
    links = PlacementLink.objects.all()
    links.update(url="https://s.example/long?t={token}")
    assert "{token}" not in kit(client, post, post.owner).content.decode()
    switch("jd", False)
    html = kit(client, post, post.owner).content.decode()
    assert FORMS["token_text"] not in html and "停用" in html
    switch("jd", True)
    links.update(state=LinkState.WAITING)
    assert FORMS["token_text"] not in kit(client, post, post.owner).content.decode()


def test_ten_products_take_as_many_queries_as_one(client, post):
    ten = published(person("amy"), "十件", body=body(*[make_item() for _ in range(10)]))
    kit(client, post, post.owner)
    counts = []
    for page in (post, ten):
        with CaptureQueriesContext(connection) as queries:
            assert kit(client, page, post.owner).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
