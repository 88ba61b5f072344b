"""Every view of the admin, asked by every role: who gets in is written in a table; a view that is not there fails."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Site, Workflow

from affiliate.catalog.models import FeedHold, FeedRun, Item, MerchantFeed, SameQuestion
from affiliate.connections.models import Merchant
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Order, PushedOrder, Upload
from affiliate.earnings.tests.conftest import line_of
from affiliate.people.api import Agency, Author, User
from affiliate.people.models import Application, Invitation
from affiliate.tracking.models import AdSlot, AppRule
from content.moderation.api import AGENCIES, EDITORS, OPERATORS, SUPPORT, WRITERS, ensure_category_editors
from content.moderation.models import AdRecord, FeaturedSlot
from content.moderation.tests.factories import draft, person, published, site
from tests.admin_table import MAY, ROLES

pytestmark = pytest.mark.django_db

GAP = re.compile(r"<(?:(\w+):)?(\w+)>")
COMPARE = "admin/pages/^(?P<pk>"


def routes(found: list[Any], prefix: str = "") -> Any:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def admin_routes() -> list[str]:
    return sorted({route for route in routes(get_resolver().url_patterns) if route.startswith("admin/")})


def user_of(role: str, channel: Any) -> User | None:
    """Somebody who is this and nothing else."""
    if role == "anonymous":
        return None
    user = User.objects.create_user(f"the-{role.replace(' ', '-')}", email=f"{role[:3]}@example.org")
    groups = {"writer": WRITERS, "editor": EDITORS, "operator": OPERATORS, "support": SUPPORT, "agency": AGENCIES}
    if role == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    elif role == "category editor":
        user.groups.add(ensure_category_editors(channel))
    elif role != "nobody":
        user.groups.add(Group.objects.get(name=groups[role]))
    if role == "writer":
        Author.objects.create(user=user, handle="the-writer", name="The writer")
    return User.objects.get(pk=user.pk)


def merchants_things() -> dict[str, int]:
    """A merchant with a feed that was read once and asks something."""
    merchant = Merchant.objects.create(name="x", slug="x", hosts="x.example")
    feed = MerchantFeed.objects.create(merchant=merchant)
    run = FeedRun.objects.create(feed=feed)
    hold = FeedHold.objects.create(feed=feed, run=run, kind="price", digest="x")
    return {"merchant": merchant.pk, "run": run.pk, "hold": hold.pk}


def question() -> dict[str, int]:
    """Two items of which nobody has said yet whether they are the same."""
    low, high = (Item.objects.create(network="demo", item_id=f"same-{n}", title="x") for n in (1, 2))
    return {"item": low.pk, "question": SameQuestion.objects.create(low=low, high=high).pk}


def orders_things() -> dict[str, int]:
    """An order line, a file of some, and an order that a network told us of, which was found."""
    ingest(line_of("confirmed"), "pull")
    upload = Upload.objects.create(network="demo", filename="x.csv", digest="x")
    said = {"network": "demo", "message": "x", "order_id": "1", "state": "read"}
    pushed = PushedOrder.objects.create(**said, next_try_at=timezone.now())
    return {"order": Order.objects.get().pk, "upload": upload.pk, "pushed": pushed.pk}


def filed(post: Any, author: Author) -> AdRecord:
    """An entry of the advertising file that has ended."""
    said = {"kind": "review", "title": "x", "url": "/x/", "label": "广告", "snapshot": "x", "content_hash": "x"}
    who = {"page_id": post.pk, "author_id": author.pk, "author_name": author.name}
    return AdRecord.objects.create(**said, **who, shown_from=timezone.now(), shown_until=timezone.now())


def files() -> dict[str, int]:
    """A picture and a document."""
    pixel = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
    image = Image.objects.create(title="x", file=ImageFile(ContentFile(pixel), name="matrix.gif"))
    document = Document.objects.create(title="x", file=ContentFile(b"x", name="matrix.txt"))
    return {"image": image.pk, "document": document.pk}


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """One of everything that an address can name, none of it belonging to whoever asks."""
    channel = site()
    ben = person("ben")
    page = draft(ben, "Ben's draft")
    page.get_workflow().start(page, ben)
    page.refresh_from_db()
    state = page.current_workflow_state
    live = published(ben, "Ben's post")
    author = Author.objects.get_or_create(user=ben, defaults={"handle": "ben", "name": "Ben"})[0]
    soon = timezone.now() + timedelta(days=1)
    return {
        "page": page.pk,
        "parent": channel.pk,
        "revision": page.latest_revision_id,
        "task_state": state.current_task_state_id,
        "task": state.current_task_state.task_id,
        "workflow_state": state.pk,
        "workflow": Workflow.objects.first().pk,
        "redirect": Redirect.objects.create(old_path="/old", redirect_link="/").pk,
        "collection": Collection.get_first_root_node().add_child(name="x").pk,
        "site": Site.objects.first().pk,
        "group": Group.objects.create(name="x").pk,
        "user": User.objects.create_user("somebody").pk,
        "author": author.pk,
        "agency": Agency.objects.create(name="好物社").pk,
        "application": Application.objects.create(user=ben, name="x", handle="x", about="x").pk,
        "invitation": Invitation.objects.create(email="x@example.org", token_digest="x", expires_at=soon).pk,
        "slot": FeaturedSlot.objects.create(page_id=live.pk, page_title="x", position=1, reason="x", starts_at=soon).pk,
        "ad": filed(live, author).pk,
        "app_rule": AppRule.objects.first().pk,
        "ad_slot": AdSlot.objects.create(network="taobao", slot="mm_1_2_3").pk,
        **orders_things(),
        **merchants_things(),
        **question(),
        **files(),
    }


GAPS = {
    "page_id": "page", "page_pk": "page", "page_to_move_id": "page", "parent_page_id": "parent",
    "destination_id": "parent", "revision_id": "revision", "task_state_id": "task_state", "task_id": "task",
    "workflow_state_id": "workflow_state",
    "workflow_pk": "workflow", "collection_id": "collection", "slot_id": "slot", "redirect_id": "redirect",
    "record_id": "ad", "document_id": "document", "doc_id": "document", "image_id": "image", "object_id": "page",
}  # fmt: skip
WORDS = {
    "content_type_app_name": "pages", "content_type_model_name": "reviewpage", "app_label": "wagtailcore",
    "model_name": "page", "app_name": "wagtailredirects", "action": "delete", "action_name": "approve", "slug": "demo",
    "filter_spec": "fill-10x10", "session_id": "1", "item_id": "0", "uploaded_file_id": "1",
    "uidb64": "x", "token": "x",
}  # fmt: skip
PK = {
    "api/main/^pages": "page", "api/main/^documents": "document", "api/main/^images": "image",
    "collections": "collection", "workflows/tasks": "task", "workflows": "workflow", "earnings/lines": "order",
    "earnings/files": "upload", "earnings/pushes": "pushed", "earnings/merchants": "merchant",
    "ad_slots": "ad_slot", "app_rules": "app_rule", "feeds/hold": "hold", "feeds/run": "run", "feeds": "merchant",
    "people/applications": "application", "people/invitations": "invitation", "networks": "merchant",
    "products/question": "question", "products/item": "item",
    "authors": "author", "agencies": "agency", "merchants": "merchant", "sites": "site",
    "users": "user", "members": "user",
    "groups": "group",
    "documents": "document", "images": "image", "settings": "site",
}  # fmt: skip


def address(route: str, world: dict[str, Any]) -> str:
    """The route with its gaps filled."""
    if route.startswith(COMPARE):
        return f"/admin/pages/{world['page']}/revisions/compare/earliest...latest/"
    if route == "admin/^.*/$":
        return "/admin/no-such-view/"

    def fill(gap: re.Match[str]) -> str:
        name = gap[2]
        if name == "pk":
            return str(world[next(what for start, what in PK.items() if route.startswith(f"admin/{start}"))])
        return str(world[GAPS[name]]) if name in GAPS else WORDS[name]

    if "workflows/tasks/add" in route:
        return "/admin/workflows/tasks/add/wagtailcore/groupapprovaltask/"
    filled = "/" + GAP.sub(fill, route).replace("^", "")
    return f"{filled}?id={world['page']}" if "/bulk/" in filled else filled


def gets_in(client: Client, path: str) -> bool:
    """Whether the view answers. Sent away, refused, or told that there is nothing, one is not in."""
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    if answer.status_code in (301, 302):
        return not re.match(r"(https?://[^/]+)?/admin/(login/.*)?$", answer.url)
    return answer.status_code not in (401, 403, 404)


def test_the_table_lists_every_view_of_the_admin_and_no_other():
    found = set(admin_routes())
    assert sorted(found - set(MAY)) == [], "a new view: write down in tests/admin_table.py who may open it"
    assert sorted(set(MAY) - found) == [], "in the table, but no view"


# Wagtail leaves the temporary file of a rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_the_table_says_so_and_nowhere_else(role, world):
    client = Client(raise_request_exception=False)
    user = user_of(role, site())
    wrong = {}
    for route, who in MAY.items():
        if user is not None:
            client.force_login(user)
        before = transaction.savepoint()
        may = gets_in(client, address(route, world))
        transaction.savepoint_rollback(before)  # what one view changed is no concern of the next
        if may is not (ROLES[role] in who):
            wrong[route] = f"{role} {'gets in' if may else 'is kept out'}"
    assert wrong == {}


def test_whoever_edits_has_no_sight_of_commission_and_whoever_sees_it_does_not_edit(world):
    for role in ("editor", "category editor", "support"):
        assert not user_of(role, site()).has_perm("people.view_commission")
    for role in ("writer", "operator", "agency"):
        user = user_of(role, site())
        assert user.has_perm("people.view_commission")
        assert not user.has_perm("moderation.feature_posts")
