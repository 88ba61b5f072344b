"""Second factors and sessions: who must, who may go in, what is kept."""

from __future__ import annotations

import json
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command

from affiliate.people.agents import in_words
from affiliate.people.api import User
from affiliate.people.sessions import forget_sessions

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-and-odd-phrase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = "required"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def member(group: str, name: str = "eve") -> User:
    user = User.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)
    if group == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    elif group:
        user.groups.add(Group.objects.get(name=group))
    return user


def code(secret: str = SECRET, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirm(client):
    """Show once more that one is oneself, as every change of a factor wants it."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def log_in(client, name="eve", password=PASSWORD, **headers):
    return client.post("/admin/login/", {"username": name, "password": password}, **headers)


@pytest.mark.parametrize("group", ["Editors", "Operators", "Category editors", "Support", "superuser"])
def test_the_admin_stays_shut_until_a_second_factor_is_set_up(client, group):
    member(group)
    assert log_in(client).status_code == 302
    for address in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/reports/workflow/"):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, "/account/2fa/")
    assert client.post("/admin/people/invitations/write/", {"email": "x@example.org"}).status_code == 302
    assert client.get("/admin/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    assert "你的角色需要第二重验证" in client.get("/account/2fa/").content.decode()


def test_a_writer_is_not_asked_for_one(client):
    member("Writers")
    log_in(client)
    assert client.get("/admin/").status_code == 200


def test_setting_an_app_up_opens_the_admin_and_is_asked_for_from_then_on(client, monkeypatch):
    # The letter is written after the commit, which a test never reaches.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **_options: call())
    user = member("Editors")
    log_in(client)
    confirm(client)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    assert "data:image/svg+xml;base64," in page and "<script>" not in page
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302
    kept = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(kept.data)
    assert "验证器" in mail.outbox[-1].subject and "IP" not in mail.outbox[-1].body
    assert client.get("/admin/").status_code == 200
    codes = client.get("/account/2fa/recovery-codes/").content.decode()
    unused = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()
    assert len(unused) == 10 and unused[0] in codes
    client.logout()
    answer = log_in(client)
    assert answer.url == "/account/2fa/authenticate/" and "_auth_user_id" not in client.session
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": unused[0]}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_guessing_codes_ends_soon(client):
    TOTP.activate(member("Editors"), SECRET)
    log_in(client)
    for _ in range(6):
        client.post("/account/2fa/authenticate/", {"code": "123456"})
    client.post("/account/2fa/authenticate/", {"code": code()})
    assert "_auth_user_id" not in client.session


def test_taking_the_last_factor_away_shuts_the_admin_again(client):
    user = member("Operators")
    TOTP.activate(user, SECRET)
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.filter(user=user).delete()
    assert client.get("/admin/").url == "/account/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client):
    user = member("Operators")
    RecoveryCodes.activate(user)
    client.force_login(user)
    assert client.get("/admin/").url == "/account/2fa/"


def test_the_demo_asks_nobody_and_says_so(client, settings):
    settings.SECOND_FACTOR, settings.DEMO = "optional", True
    client.force_login(member("Editors"))
    page = client.get("/admin/")
    assert page.status_code == 200 and "不要求任何人" in page.content.decode()


def test_removing_a_factor_asks_who_one_is_first(client):
    TOTP.activate(member("Editors"), SECRET)
    log_in(client)
    client.post("/account/2fa/authenticate/", {"code": code()})
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600} for record in session["account_authentication_methods"]
    ]
    session.save()
    assert "reauthenticate" in client.post("/account/2fa/totp/deactivate/").url
    assert Authenticator.objects.filter(type="totp").exists()


def test_secrets_of_factors_move_to_a_new_key(settings, capsys):
    user = member("Editors")
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old]
    call_command("rotate_keys", "--json")
    assert json.loads(capsys.readouterr().out)["rotated"] == 2
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code())


def test_a_command_takes_factors_and_sessions_away(client):
    TOTP.activate(member("Editors"), SECRET)
    log_in(client)
    client.post("/account/2fa/authenticate/", {"code": code()})
    call_command("reset_second_factor", "eve")
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").url.startswith("/admin/login/")


def test_the_login_has_the_strict_policy_and_no_inline_script(client):
    answer = client.get("/admin/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy
    page = answer.content.decode()
    scripts = [part.split(">", 1)[0] for part in page.split("<script")[1:]]
    assert scripts and all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert " style=" not in page and "onclick" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/webauthn/",
        "/account/email/", "/account/password/change/", "/account/sessions/", "/account/application/",
        "/account/logout/", "/account/2fa/recovery-codes/generate/",
    ],
)  # fmt: skip
def test_every_page_of_an_account_is_ours_strict_and_never_kept(client, address):
    user = member("Writers")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    log_in(client)
    confirm(client)
    if "recovery" in address:
        TOTP.activate(user, SECRET)
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "account__body" in page and " style=" not in page
    assert "no-store" in answer.headers.get("Cache-Control", "") or "private" in answer.headers["Cache-Control"]


def test_a_lost_password_is_set_anew_by_letter(client):
    member("Writers", "amy")
    known = client.post("/account/password/reset/", {"email": "amy@example.org"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert known.url == unknown.url and len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.subject == "设置新密码"
    link = next(word for word in letter.body.split() if "/account/password/reset/key/" in word)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    form_at = page.redirect_chain[-1][0]
    client.post(form_at, {"password1": "another-long-phrase", "password2": "another-long-phrase"})
    assert log_in(client, "amy", "another-long-phrase").url == "/admin/"
    assert "密码" in mail.outbox[-1].subject


def test_wrong_passwords_lock_every_door(client, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    user = member("Writers", "amy")
    client.force_login(user)
    for _ in range(2):
        client.post("/account/reauthenticate/", {"password": "wrong"})
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 429
    client.logout()
    assert log_in(client, "amy").status_code == 429
    assert log_in(client, "AMY").status_code == 429


def test_letters_are_written_in_the_language_one_reads(client, settings):
    member("Writers", "amy")
    client.cookies["django_language"] = "en"
    client.post("/account/password/reset/", {"email": "amy@example.org"})
    assert mail.outbox[0].subject == "Set a new password"
    assert "\n\n" in mail.outbox[0].body


def test_a_person_sees_and_ends_their_sessions(client, django_user_model):
    from django.test import Client

    member("Writers", "amy")
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"})
    log_in(client, "amy", headers={"User-Agent": CHROME}, REMOTE_ADDR="203.0.113.7")
    log_in(phone, "amy", REMOTE_ADDR="203.0.113.8")
    assert phone.get("/admin/").status_code == 200
    page = client.get("/account/sessions/").content.decode()
    assert "Chrome · Windows" in page and "Safari · iPhone" in page
    rows = list(UserSession.objects.values_list("ip", flat=True))
    assert len(rows) == 2 and not any(str(ip).startswith("203.0.113") for ip in rows)
    assert all(str(ip).startswith("fd") for ip in rows)
    row = UserSession.objects.exclude(session_key=client.session.session_key).get()
    client.post(f"/account/sessions/{row.pk}/end/")
    assert phone.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/").status_code == 200


def test_nobody_ends_the_session_of_another(client):
    from django.test import Client

    member("Writers", "amy")
    member("Writers", "ben")
    other = Client()
    log_in(other, "ben")
    log_in(client, "amy")
    row = UserSession.objects.get(user__username="ben")
    assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    client.post("/account/sessions/end-others/")
    assert other.get("/admin/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client):
    from django.test import Client

    member("Writers", "amy")
    other = Client()
    log_in(other, "amy")
    log_in(client, "amy")
    new = {"oldpassword": PASSWORD, "password1": "another-long-phrase", "password2": "another-long-phrase"}
    client.post("/account/password/change/", new)
    assert other.get("/admin/").status_code == 302 and client.get("/admin/").status_code == 200


def test_expired_sessions_are_forgotten(client):
    from datetime import timedelta

    from django.utils import timezone

    member("Writers", "amy")
    log_in(client, "amy")
    long_ago = timezone.now() - timedelta(days=60)
    Session.objects.update(expire_date=long_ago)
    UserSession.objects.update(last_seen_at=long_ago)
    forget_sessions()
    assert not Session.objects.exists() and not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert in_words(agent) == words


def test_wagtails_own_doors_are_shut(client):
    member("Writers", "amy")
    assert client.get("/admin/password_reset/").status_code in (302, 404)
    log_in(client, "amy")
    page = client.get("/admin/account/").content.decode()
    assert 'name="name_email-email"' not in page and "old_password" not in page


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_login_leads_to_no_other_site(client, wanted):
    member("Writers", "amy")
    answer = client.post(f"/admin/login/?next={wanted}", {"username": "amy", "password": PASSWORD, "next": wanted})
    assert answer.url == "/admin/"
