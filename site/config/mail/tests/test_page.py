"""The operators' page of mail, and the daily letter of what waits for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone

from affiliate.connections.models import NetworkState
from config.mail import digest
from config.mail.models import MailState, OutgoingMail, Reason
from config.models import ScheduledJob
from content.moderation.tests.factories import person, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsent(settings):
    site()
    settings.EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
    for number in range(3):
        send_mail("重置密码", "https://example.org/s3cret/", None, [f"amy{number}@example.org"])
    OutgoingMail.objects.update(
        state=MailState.UNSENT, reason=Reason.RECIPIENT, detail="550 <script>", ended_at=timezone.now(), attempts=3
    )
    return OutgoingMail.objects.order_by("pk").first()


@pytest.mark.parametrize("name", ["amy", "eve"])
def test_writers_and_editors_see_no_mail(client, unsent, name):
    client.force_login(person(name))
    assert client.get(reverse("config_mail")).status_code in (302, 403)
    client.post(reverse("config_mail_again"))
    assert OutgoingMail.objects.filter(state=MailState.UNSENT).count() == 3


def test_an_operator_sees_why_it_was_not_sent_and_never_what_it_says(client, unsent, django_assert_max_num_queries):
    client.force_login(person("otto"))
    client.get(reverse("config_mail"))
    with django_assert_max_num_queries(14):
        page = client.get(reverse("config_mail")).content.decode()
    assert "邮件服务器拒绝了收件地址。" in page and "amy0@example.org" in page
    assert "550 &lt;script&gt;" in page
    assert "s3cret" not in page
    assert "/admin/mail/" in client.get("/admin/").content.decode()


def test_an_operator_sends_one_again_then_all(client, unsent):
    client.force_login(person("otto"))
    client.post(reverse("config_mail_again"), {"mail": unsent.pk})
    unsent.refresh_from_db()
    assert (unsent.state, unsent.attempts, unsent.reason) == (MailState.WAITING, 0, "")
    client.post(reverse("config_mail_again"))
    assert OutgoingMail.objects.filter(state=MailState.WAITING).count() == 3


def test_what_is_no_longer_kept_cannot_be_sent_again(client, unsent):
    OutgoingMail.objects.update(content={})
    client.force_login(person("otto"))
    for mail in (unsent.pk, "x", 10**17):
        answer = client.post(reverse("config_mail_again"), {"mail": mail}, follow=True)
        assert answer.status_code == 200
    assert OutgoingMail.objects.filter(state=MailState.UNSENT).count() == 3


def test_operators_are_told_once_a_day_what_waits_for_them(mailoutbox, settings):
    site()
    person("otto")
    person("eve")
    settings.EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
    assert digest.tell_operators() == 0
    now = timezone.now()
    NetworkState.objects.create(network="jd", last_error_at=now, last_error_kind="reauthorise", last_error="x")
    NetworkState.objects.create(network="direct", open_until=now + timedelta(minutes=5), last_error_at=now)
    ScheduledJob.objects.create(name="earnings.pull", due_at=now, error="secret=abc")
    digest.tell_operators()
    digest.tell_operators()
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.purpose) == ("otto@example.org", "operators_digest")
    said = digest.needs()
    assert len(said) == 3 and not any("abc" in sentence for sentence in said)


def test_a_network_that_answers_again_or_is_switched_off_waits_for_nobody():
    now = timezone.now()
    before = now - timedelta(minutes=5)
    NetworkState.objects.create(
        network="jd", last_error_at=before, last_error_kind="reauthorise", last_success_at=now, open_until=before
    )
    NetworkState.objects.create(network="direct", switched_on=False, open_until=now + timedelta(hours=1))
    assert digest.needs() == []
