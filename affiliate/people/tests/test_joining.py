"""Applying, being admitted or refused or invited; one's own pages."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from PIL import Image

from affiliate.people import admission
from affiliate.people.api import Agency, Author, User, author_at
from affiliate.people.models import Application, Handle, Invitation

pytestmark = pytest.mark.django_db

WISH = {"name": "阿宁", "handle": "a-ning", "about": "咖啡和手冲器具", "disclosure": "在一家烘焙店兼职"}
ACCOUNT = {"email": "ning@example.org", "username": "ning", "password1": "a-long-and-odd-phrase"}


@pytest.fixture(autouse=True)
def outbox(settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def operator() -> User:
    user = User.objects.create_user(f"otto{User.objects.count()}", email="otto@example.org", password="x")
    user.groups.add(Group.objects.get(name="Operators"))
    return user


def applicant(confirmed: bool = True, **wish: str) -> Application:
    user = User.objects.create_user(f"ning{User.objects.count()}", email=f"n{User.objects.count()}@example.org")
    if confirmed:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Application.objects.create(user=user, **{**WISH, **wish})


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S+)", text)
    assert found, text
    return found[1]


def test_somebody_applies_confirms_the_address_is_admitted_and_writes(client, django_capture_on_commit_callbacks):
    assert client.post("/account/signup/", ACCOUNT | WISH).status_code == 302
    user = User.objects.get(username="ning")
    assert not user.groups.exists() and not Author.objects.filter(user=user).exists()
    application = Application.objects.get(user=user)
    with pytest.raises(ValidationError):
        admission.admit(application.pk, operator())
    # Until the address is confirmed the account cannot be used.
    client.post("/admin/login/", {"username": "ning", "password": ACCOUNT["password1"]})
    assert client.get("/account/").status_code == 302 and "_auth_user_id" not in client.session
    assert [letter.to for letter in mail.outbox] == [["ning@example.org"]]
    link = link_in(mail.outbox[0].body, "/account/confirm-email/")
    assert "确认" in mail.outbox[0].subject and "确认" in client.get(link).content.decode()
    client.post(link)
    answer = client.post("/admin/login/", {"username": "ning@example.org", "password": ACCOUNT["password1"]})
    assert answer.url == "/account/"
    assert "咖啡和手冲器具" in client.get("/account/", follow=True).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        author = admission.admit(application.pk, operator())
    assert (author.handle, author.user, author.disclosure) == ("a-ning", user, WISH["disclosure"])
    assert mail.outbox[-1].to == ["ning@example.org"] and "/admin/login/" in mail.outbox[-1].body
    assert "\n\n" in mail.outbox[-1].body
    assert client.get("/admin/").status_code == 200


def test_a_refusal_needs_a_reason_and_tells_it(client, django_capture_on_commit_callbacks):
    application = applicant()
    client.force_login(operator())
    client.post(f"/admin/people/applications/{application.pk}/decide/", {"refuse": "1", "reason": " "})
    application.refresh_from_db()
    assert application.state == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/people/applications/{application.pk}/decide/", {"refuse": "1", "reason": "样稿太短"})
    assert "样稿太短" in mail.outbox[-1].body
    client.force_login(application.user)
    page = client.get("/account/application/").content.decode()
    assert "样稿太短" in page and "咖啡和手冲器具" in page
    client.post("/account/application/", WISH | {"about": "这次写得更多"})
    assert [a.state for a in Application.objects.filter(user=application.user)] == ["waiting", "refused"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(user=application.user, **WISH)


def test_an_application_is_decided_once():
    application, by = applicant(), operator()
    admission.admit(application.pk, by)
    for again in (
        lambda: admission.admit(application.pk, by),
        lambda: admission.refuse(application.pk, by, "改主意了"),
    ):
        with pytest.raises(ValidationError):
            again()
    assert Application.objects.get().state == "admitted" and Author.objects.count() == 1


def test_the_second_of_two_who_want_a_handle_stays_waiting():
    first, second, by = applicant(), applicant(), operator()
    admission.admit(first.pk, by)
    with pytest.raises(ValidationError):
        admission.admit(second.pk, by)
    second.refresh_from_db()
    assert second.state == "waiting" and not second.user.groups.exists()


def test_applications_can_be_closed(client, settings):
    settings.APPLICATIONS = False
    page = client.get("/account/signup/").content.decode()
    assert "邀请" in page and "<form" not in page.split("<main")[1]
    client.post("/account/signup/", ACCOUNT | WISH)
    assert not User.objects.filter(username="ning").exists()


def test_signing_up_does_not_tell_who_has_an_account(client):
    EmailAddress.objects.create(
        user=User.objects.create_user("old", email="ning@example.org"),
        email="ning@example.org",
        verified=True,
        primary=True,
    )
    taken = client.post("/account/signup/", ACCOUNT | WISH)
    other = client.post("/account/signup/", ACCOUNT | WISH | {"email": "new@example.org", "handle": "other"})
    assert (taken.status_code, taken.url) == (other.status_code, other.url)
    assert (
        "已经有账号" in mail.outbox[0].body
        and not User.objects.filter(username="ning", email="ning@example.org").exists()
    )


def invited(email: str = "bei@example.org", agency: Agency | None = None, capture=None) -> str:
    with capture(execute=True):
        admission.invite(email, operator(), agency=agency)
    return link_in(mail.outbox[-1].body, "/account/invitation/")


def test_an_invited_person_makes_an_account_and_writes_at_once(client, django_capture_on_commit_callbacks):
    agency = Agency.objects.create(name="好物社")
    link = invited(agency=agency, capture=django_capture_on_commit_callbacks)
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert not Invitation.objects.filter(token_digest__contains=token).exists()
    answer = client.get(link)
    assert answer.url == "/account/invitation/" and "好物社" in client.get(answer.url).content.decode()
    form = {
        "username": "bei",
        "password1": "a-long-and-odd-phrase",
        "name": "小贝",
        "handle": "bei",
        "email": "evil@x.test",
    }
    assert client.post(answer.url, form).status_code == 302
    user = User.objects.get(username="bei")
    assert user.email == "bei@example.org" and admission.is_confirmed(user)
    assert Author.objects.get(user=user).agency == agency
    client.post("/admin/login/", {"username": "bei", "password": "a-long-and-odd-phrase"})
    assert client.get("/admin/").status_code == 200
    # The letter works once.
    client.logout()
    client.get(link)
    assert client.get("/account/invitation/").status_code == 410


@pytest.mark.parametrize("how", ["withdrawn", "old", "written again", "unknown"])
def test_a_letter_that_is_over_leads_nowhere(client, how, django_capture_on_commit_callbacks):
    link = invited(capture=django_capture_on_commit_callbacks)
    if how == "withdrawn":
        assert admission.withdraw(Invitation.objects.get().pk)
    elif how == "old":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "written again":
        invited(capture=django_capture_on_commit_callbacks)
    else:
        link = "/account/invitation/AAAA/"
    client.get(link)
    assert client.get("/account/invitation/").status_code == 410
    assert client.post("/account/invitation/", {"username": "bei"}).status_code == 410


def test_an_invitation_may_be_accepted_with_the_account_one_has(client, django_capture_on_commit_callbacks):
    user = User.objects.create_user("bei", email="bei@example.org", password="x")
    client.force_login(user)
    client.get(invited(capture=django_capture_on_commit_callbacks))
    client.post("/account/invitation/", {"name": "小贝", "handle": "bei"})
    assert Author.objects.get(user=user).handle == "bei" and user.groups.filter(name="Writers").exists()


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600)) -> bytes:
    image, out = Image.new("RGB", size, "red"), BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {2: (52.0, 31.0, 0.0)}
    image.save(out, kind, exif=exif)
    return out.getvalue()


PROFILE = {
    "name": "艾米",
    "handle": "amy",
    "role_line": "咖啡",
    "introduction": "喝了十年",
    "disclosure": "持有某店股份",
}


def writing(client, handle: str = "amy") -> Author:
    user = User.objects.create_user(f"u{User.objects.count()}")
    client.force_login(user)
    return Author.objects.create(user=user, handle=handle, name="艾米")


def test_an_author_changes_their_own_words_and_picture(client):
    author = writing(client)
    upload = SimpleUploadedFile("me.jpg", picture(), "image/jpeg")
    assert client.post("/account/profile/", PROFILE | {"picture": upload}).status_code == 302
    author.refresh_from_db()
    assert (author.role_line, author.introduction, author.disclosure) == ("咖啡", "喝了十年", "持有某店股份")
    with author.picture.open() as file, Image.open(file) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (512, 512), {})
    client.post("/account/profile/", PROFILE | {"no_picture": "on"})
    author.refresh_from_db()
    assert not author.picture


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"", b"GIF89a", b"\xff\xd8\xff broken"]
)
def test_what_is_no_picture_is_refused_and_the_rest_kept_on_the_page(client, content):
    author = writing(client)
    upload = SimpleUploadedFile("me.jpg", content, "image/jpeg")
    answer = client.post("/account/profile/", PROFILE | {"picture": upload})
    assert answer.status_code == 200 and "喝了十年" in answer.content.decode()
    author.refresh_from_db()
    assert not author.picture


def test_a_picture_of_too_many_pixels_is_refused_and_the_earlier_one_kept(client, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    author = writing(client)
    answer = client.post(
        "/account/profile/", PROFILE | {"picture": SimpleUploadedFile("a.png", picture("PNG"), "image/png")}
    )
    assert answer.status_code == 200 and "原来的头像还在" in answer.content.decode()
    author.refresh_from_db()
    assert not author.picture


def test_an_old_handle_leads_to_the_new_one_and_is_nobody_elses(client):
    author = writing(client)
    client.post("/account/profile/", PROFILE | {"handle": "amy-li"})
    author.refresh_from_db()
    assert author.handle == "amy-li" and author_at("amy") == author
    answer = client.get("/u/amy/")
    assert (answer.status_code, answer.url) == (301, "/u/amy-li/")
    other = writing(client, "ben")
    assert client.post("/account/profile/", PROFILE | {"handle": "amy"}).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        other.handle = "amy"
        other.save()
    with pytest.raises(ValidationError):
        Author(handle="amy", name="x").full_clean()
    author.handle = "amy"
    author.save()
    assert set(Handle.objects.filter(author=author).values_list("handle", flat=True)) == {"amy", "amy-li"}


def test_a_handle_outlives_its_author():
    Author.objects.create(handle="gone", name="x").delete()
    assert not admission.is_free("gone")
    with pytest.raises(ValidationError):
        Author(handle="gone", name="y").full_clean()


def test_nothing_points_to_a_level_above_an_agency():
    ours = {Agency, Author, User}
    above = {field.name for field in Agency._meta.get_fields() if field.concrete and field.related_model in ours}
    assert above == {"members"}
    agency = Author._meta.get_field("agency")
    assert isinstance(agency, models.ForeignKey) and agency.related_model is Agency
    assert [f.name for f in Author._meta.get_fields() if f.concrete and f.related_model is Author] == []


def test_a_member_of_an_agency_writes_for_no_other_agency():
    one, two = Agency.objects.create(name="一社"), Agency.objects.create(name="二社")
    user = User.objects.create_user("mei")
    author = Author.objects.create(user=user, handle="mei", name="梅", agency=one)
    for add in (lambda: two.members.add(user), lambda: user.agencies.add(two)):
        with pytest.raises(ValidationError), transaction.atomic():
            add()
    one.members.add(user)
    author.agency = two
    with pytest.raises(ValidationError):
        author.full_clean()


def test_members_see_the_authors_of_their_agency_and_leave_the_group_with_it(client):
    mine, theirs = Agency.objects.create(name="一社"), Agency.objects.create(name="二社")
    Author.objects.create(handle="amy", name="艾米", agency=mine)
    Author.objects.create(handle="ben", name="本", agency=theirs)
    user = User.objects.create_user("mei")
    mine.members.add(user)
    client.force_login(user)
    page = client.get("/account/", follow=True).content.decode()
    assert "艾米" in page and "/u/ben/" not in page
    assert user.groups.filter(name="Agencies").exists() and client.get("/admin/").status_code == 302
    mine.members.clear()
    assert not user.groups.exists() and client.get("/account/agency/").status_code == 404


def test_whoever_is_not_admitted_to_the_admin_does_not_go_round_in_circles(client):
    client.force_login(User.objects.create_user("nobody"))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == "/account/application/"


def test_who_waits_stands_before_who_was_answered(client):
    waits, answered = applicant(), applicant(handle="later")
    client.force_login(operator())
    client.post(f"/admin/people/applications/{answered.pk}/decide/", {"refuse": "1", "reason": "样稿太短"})
    html = client.get("/admin/people/applications/").content.decode()
    assert html.index(f"/applications/{waits.pk}/") < html.index(f"/applications/{answered.pk}/")
    assert "等待中" in html and "等待发送" not in html


def test_a_list_of_applications_takes_as_many_queries_for_many_as_for_one(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    applicant()
    client.force_login(operator())
    client.get("/admin/people/applications/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/admin/people/applications/")
    for number in range(9):
        applicant(handle=f"h{number}")
    with django_assert_num_queries(len(one)):
        client.get("/admin/people/applications/")
