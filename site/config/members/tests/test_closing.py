"""An account that is closed leaves no word of the person in any table, and everything that the law wants kept."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.mail import send_mail
from django.db import connection
from django.utils import timezone
from wagtail.log_actions import log as wagtail_log
from wagtail.users.models import UserProfile

from affiliate.catalog.models import Item
from affiliate.connections.models import Merchant
from affiliate.earnings import ledger
from affiliate.earnings.models import AccountKind, Basis, Conversion, LedgerEntry, Order, SplitPlan, Upload
from affiliate.people.api import Agency, Author, User, ensure_author
from affiliate.tracking.models import AuthorCode, Click, Placement
from config.mail import delivery
from config.members import closing
from config.members.models import AccountClosing
from content.feed.models import Card
from content.moderation import board
from content.moderation.models import AdRecord, CheckRun
from content.moderation.tests.factories import person, published, site
from content.search.models import SearchEntry

pytestmark = pytest.mark.django_db

WORDS = {
    "username": "amywunderlich",
    "first_name": "Amaryllis",
    "last_name": "Wunderlich",
    "email": "amaryllis@private-post.example",
}
PROFILE = {"handle": "amarylle", "name": "奇境艾米", "role_line": "厨房里的化学家", "introduction": "我住在梧桐树下。"}
PERSONAL = [*WORDS.values(), *PROFILE.values(), "private-post", "表姐开店"]

EXCEPT = {
    "moderation_adrecord": "the file of advertising, three years after the last day; nobody may change it",
    "moderation_checkrun": "the checks that file rests on, which it keeps as long",
}
"""Tables that may go on naming a person, and the duty that asks for it. The book does not: it knows a key."""


@pytest.fixture
def amy(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
    settings.MAIL_TRANSPORT = settings.MAIL_TRANSPORT.__class__("file", folder=tmp_path / "mail")
    site()
    user = User.objects.create_user(password="Kirsche-77", **WORDS)
    user.groups.add(person("amy").groups.get())
    author = ensure_author(user)
    for name, value in PROFILE.items():
        setattr(author, name, value)
    author.disclosure, author.agency = "表姐开店", Agency.objects.create(name="好物社")
    author.picture.save("amy.png", ContentFile(b"not looked at here"), save=True)
    user.refresh_from_db()
    return user


def earned(amy, placement):
    """An order of the placement, credited by hand and booked."""
    author = amy.author
    order = Order.objects.create(
        network="demo", order_id="o1", line_id="o1_1", state="settled", network_state="ok", amount_minor=10_000,
        estimated_commission_minor=1_000, placed_at=timezone.now(), item_title="锅",
    )  # fmt: skip
    plan = SplitPlan.objects.first() or SplitPlan.objects.create(version=1, valid_from=timezone.now())
    Conversion.objects.create(
        order=order, placement=placement, author=author, basis=Basis.HAND, decided_by=amy.username, plan=plan
    )
    book = [ledger.account(AccountKind.NETWORK, "CNY", network="demo")]
    book.append(ledger.account(AccountKind.AUTHOR_PAYABLE, "CNY", author_id=author.pk))
    ledger.post(*book, 600, key="order:demo:o1_1:1", order=order, note="accrual")


@pytest.fixture
def life(amy, client, settings):
    """Traces of every kind."""
    settings.AXES_ENABLED = True
    author = amy.author
    post = published(amy, "三升够一个人")
    board.feature(post.pk, "写得清楚", None, by=person("eve"))
    item = Item.objects.create(network="demo", item_id="demo-1", title="锅")
    placement = Placement.objects.create(
        code="amyscode",
        page_id=post.pk,
        page_title=post.title,
        page_url="/x/",
        block_path="b",
        author=author,
        item=item,
    )
    Click.objects.create(token="amyscodet1", code="amyscode", at=timezone.now(), kind="human")
    earned(amy, placement)
    CheckRun.objects.create(page_id=post.pk, revision_id=1, moment="published", rules="1", passed_by_id=amy.pk,
                            passed_by=amy.username)  # fmt: skip
    AdRecord.objects.create(
        page_id=99, kind="review", title="x", url="/x/", label="广告", snapshot="x", content_hash="x",
        author_id=author.pk, author_name=author.name, shown_from=timezone.now(),
    )  # fmt: skip
    Upload.objects.create(network="demo", filename="a.csv", digest="d", uploaded_by=amy.username)
    shop = Merchant.objects.create(slug="shop", name="店", hosts="shop.example", link_template="{url}")
    AuthorCode.objects.create(
        merchant=shop, code="AMY", author=author, starts_at=timezone.now(), created_by=amy.username
    )
    send_mail("奇境艾米，你好", "…", None, [amy.email])
    wagtail_log(amy, "wagtail.edit")
    wagtail_log(author, "wagtail.edit")
    UserProfile.get_for_user(amy).avatar.save("face.png", ContentFile(b"x"), save=True)
    client.post("/admin/login/", {"username": amy.username, "password": "wrong"})
    settings.AXES_ENABLED = False
    assert client.login(username=amy.username, password="Kirsche-77")
    client.get("/me/data/")
    return post


def whole_database():
    """Every value of every table as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value
                    yield table, str(text)


def found_in_tables():
    return {(table, word) for table, text in whole_database() for word in PERSONAL if word.lower() in text.lower()}


def leave(user, **options):
    closing.ask(user, posts_too=False, **options)
    AccountClosing.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    return closing.close_due()


def test_no_word_of_the_person_is_left_in_any_table(amy, life, django_capture_on_commit_callbacks):
    tables = {table for table, _word in found_in_tables()}
    assert {
        "people_user", "people_author", "feed_card", "search_searchentry", "config_outgoingmail", "axes_accessattempt",
        "people_handle", "wagtailcore_modellogentry", "earnings_conversion", "earnings_upload",
    } <= tables, "this test would prove little"  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        assert leave(amy) == 1
    assert {row for row in found_in_tables() if row[0] not in EXCEPT} == set()


def test_pictures_are_gone_from_the_disk(amy, life, settings, django_capture_on_commit_callbacks):
    def pictures():
        return [path for path in settings.MEDIA_ROOT.rglob("*") if path.suffix == ".png"]

    assert len(pictures()) >= 2
    with django_capture_on_commit_callbacks(execute=True):
        leave(amy)
    assert pictures() == []


def test_what_the_law_wants_kept_is_kept_under_a_key(amy, life):
    author = amy.author
    before = (LedgerEntry.objects.count(), ledger.imbalance_minor())
    leave(amy)
    author.refresh_from_db()
    key = AccountClosing.objects.get().key
    assert author.handle == f"gone-{key}" and "amy" not in key
    assert (LedgerEntry.objects.count(), ledger.imbalance_minor()) == before
    assert ledger.balances(author)[AccountKind.AUTHOR_PAYABLE] == 600
    assert Placement.objects.get(code="amyscode").author == author
    life.refresh_from_db()
    assert life.live and Card.objects.get(pk=life.pk).author_name == "已注销作者"
    assert SearchEntry.objects.get(page_id=life.pk).author_handle == f"gone-{key}"


def test_nobody_can_log_in_any_more_and_open_sessions_end(amy, life, client):
    leave(amy)
    assert client.get("/me/data/").status_code == 302
    assert authenticate(username=WORDS["username"], password="Kirsche-77") is None
    amy.refresh_from_db()
    assert not amy.is_active and not amy.groups.exists() and not amy.has_usable_password()


def test_the_handle_of_who_has_left_is_given_to_nobody(amy):
    leave(amy)
    with pytest.raises(ValidationError):
        Author(handle=PROFILE["handle"], name="x").full_clean()
    assert ensure_author(User.objects.create_user(PROFILE["handle"])).handle != PROFILE["handle"]


def test_one_closing_that_fails_keeps_no_other_from_being_done(amy, life, monkeypatch):
    ben = person("ben")
    for user in (amy, ben):
        closing.ask(user, posts_too=False)
    AccountClosing.objects.update(due_at=timezone.now())
    AccountClosing.objects.filter(user=amy).update(due_at=timezone.now() - timedelta(days=1))
    with monkeypatch.context() as patch:
        patch.setattr(closing.register.traces, "forget", lambda user, *_more: 1 / (user.pk - amy.pk))
        with pytest.raises(ZeroDivisionError):
            closing.close_due()
    assert list(AccountClosing.objects.exclude(done_at=None).values_list("user_id", flat=True)) == [ben.pk]


def test_posts_go_too_where_that_was_asked(amy, life):
    closing.ask(amy, posts_too=True)
    AccountClosing.objects.update(due_at=timezone.now())
    closing.close_due()
    life.refresh_from_db()
    assert not life.live and not Card.objects.filter(pk=life.pk).exists()
    assert Placement.objects.filter(code="amyscode").exists()


def test_until_its_time_nothing_happens_and_it_can_be_taken_back(amy, life):
    closing.ask(amy, posts_too=False)
    first = AccountClosing.objects.get().due_at
    closing.ask(amy, posts_too=False)
    assert AccountClosing.objects.get().due_at == first
    assert closing.close_due() == 0
    assert closing.cancel(amy) and not closing.cancel(amy)
    AccountClosing.objects.update(due_at=timezone.now())
    assert closing.close_due() == 0
    amy.refresh_from_db()
    assert amy.is_active and amy.email == WORDS["email"]


def test_a_closing_that_breaks_off_changes_nothing_and_is_done_the_next_time(amy, life, monkeypatch):
    closing.ask(amy, posts_too=False)
    AccountClosing.objects.update(due_at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(closing.register.search, "forget_names", lambda _posts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            closing.close_due()
    amy.refresh_from_db()
    assert amy.email == WORDS["email"]
    assert closing.close_due() == 1
    assert closing.close_due() == 0
    assert not closing.cancel(amy)


def test_the_last_superuser_cannot_leave(db):
    root = User.objects.create_superuser("root")
    with pytest.raises(ValidationError):
        closing.ask(root, posts_too=False)
    User.objects.create_superuser("root2")
    closing.ask(root, posts_too=False)


def test_who_asks_is_told_by_mail_how_to_take_it_back(amy, tmp_path):
    closing.ask(amy, posts_too=False)
    assert delivery.send_due() == 1
    assert "/me/data/" in next((tmp_path / "mail").glob("*.eml")).read_text()


def opened(answer):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_member_takes_everything_along_and_no_secret(amy, life, client):
    files = opened(client.get("/me/data.zip"))
    assert set(files) == {
        "README.txt", "profile.json", "posts.json", "featured.json", "clicks.json", "earnings.json", "account.json",
    }  # fmt: skip
    text = "".join(files.values())
    for word in [*WORDS.values(), *PROFILE.values(), "三升够一个人", "写得清楚"]:
        assert word in text
    assert amy.password not in text
    earnings = json.loads(files["earnings.json"])
    assert earnings["ledger"][0]["amount_minor"] == 600
    assert earnings["orders"][0]["order_id"] == "o1"
    assert json.loads(files["clicks.json"])[0]["clicks"] == 1
    assert json.loads(files["posts.json"])[0]["title"] == "三升够一个人"
    assert json.loads(files["account.json"])["open_sessions_until"]


def test_a_member_sees_nothing_of_another(amy, life, client):
    client.force_login(person("ben"))
    assert WORDS["email"] not in "".join(opened(client.get("/me/data.zip")).values())
    client.logout()
    for path in ("/me/data/", "/me/data.zip", "/me/close/"):
        assert client.get(path).status_code == 302


def test_leaving_takes_two_steps_and_the_password(amy, client):
    client.force_login(amy)
    assert client.get("/me/close/").status_code == 200
    assert client.post("/me/close/", {"password": "wrong"}).status_code == 422
    assert not AccountClosing.objects.exists()
    assert client.post("/me/close/", {"password": "Kirsche-77", "posts_too": "on"}).status_code == 302
    assert AccountClosing.objects.get().posts_too
    assert "保留我的账号" in client.get("/me/data/").content.decode()
    client.post("/me/close/cancel/")
    assert not AccountClosing.objects.exists()


def test_an_operator_hands_out_and_closes_and_a_writer_or_editor_does_not(amy, life, client):
    address = f"/admin/members/{amy.pk}/"
    for name in ("ben", "eve"):
        client.force_login(person(name))
        assert client.get(f"{address}data.zip").status_code in (302, 403)
        client.post(f"{address}close/", {"username": amy.username})
    assert not AccountClosing.objects.exists()
    client.force_login(person("otto"))
    assert WORDS["username"] in client.get(address).content.decode()
    assert WORDS["email"] in "".join(opened(client.get(f"{address}data.zip")).values())
    client.post(f"{address}close/", {"username": "somebody"})
    assert not AccountClosing.objects.exists()
    client.post(f"{address}close/", {"username": amy.username})
    assert AccountClosing.objects.get().asked_by_operator
    client.post(f"{address}close/", {"cancel": "1"})
    assert not AccountClosing.objects.exists()


def test_an_operator_has_no_hand_on_a_superuser(client):
    site()
    root = User.objects.create_superuser("root")
    client.force_login(person("otto"))
    assert client.get(f"/admin/members/{root.pk}/data.zip").status_code in (302, 403)
