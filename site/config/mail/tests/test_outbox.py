"""The outbox: mail is stored with what it belongs to, once for each key, and without its content once it was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import connection, transaction
from django.utils import timezone

from config.mail import delivery
from config.mail.address import Transport
from config.mail.backend import KEY, PURPOSE, MailTooLarge
from config.mail.models import MailState, OutgoingMail, Reason

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings, tmp_path):
    settings.EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
    settings.MAIL_TRANSPORT = Transport("file", folder=tmp_path / "mail")


def files(tmp_path):
    return sorted((tmp_path / "mail").glob("*.eml"))


def message(to="amy@example.org", key="", body="您好", **more):
    headers = {PURPOSE: "test"} | ({KEY: key} if key else {})
    return EmailMessage("您好，艾米", body, to=[to] if isinstance(to, str) else to, headers=headers, **more)


def test_mail_of_a_transaction_that_fails_is_never_sent(tmp_path):
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("x", "y", None, ["amy@example.org"])
        raise RuntimeError
    assert delivery.send_due() == 0 and not files(tmp_path)


def test_storing_sends_nothing_and_the_worker_sends_it_once(tmp_path):
    message().send()
    assert not files(tmp_path)
    assert [delivery.send_due(), delivery.send_due()] == [1, 0]
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert "To: amy@example.org" in text and "From:" in text and "Message-ID" in text
    assert KEY not in text and PURPOSE not in text


def test_a_key_is_good_for_one_mail_to_each_recipient():
    for address in ("amy@example.org", "amy@example.org", "ben@example.org"):
        message(address, key="approved:7").send()
    assert OutgoingMail.objects.count() == 2
    message().send()
    message().send()
    assert OutgoingMail.objects.count() == 4


def test_each_recipient_gets_a_mail_of_their_own_and_hidden_ones_stay_hidden():
    message(["amy@example.org", "Ben <ben@example.org>"], bcc=["eve@example.org", "amy@example.org"]).send()
    rows = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
    assert set(rows) == {"amy@example.org", "ben@example.org", "eve@example.org"}
    delivery.send_due()


def test_a_stored_message_is_encrypted_and_gone_once_it_was_sent():
    message(body="https://example.org/reset/s3cret/").send()

    def column():
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM config_outgoingmail")
            return cursor.fetchone()[0]

    assert len(column()) > 100 and "s3cret" not in column()
    delivery.send_due()
    assert column() == ""
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_a_message_beyond_all_bounds_is_refused_where_it_is_written():
    with pytest.raises(MailTooLarge):
        message(body="x" * (10 * 1024 * 1024 + 1)).send()
    assert not OutgoingMail.objects.exists()


def test_a_worker_that_died_while_sending_is_followed_by_another_after_the_lease(tmp_path):
    message().send()
    mail = OutgoingMail.objects.get()
    assert delivery._claimed(mail.pk) is not None
    assert delivery._claimed(mail.pk) is None
    assert delivery.send_due() == 0
    OutgoingMail.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert delivery.send_due() == 1


def test_a_worker_that_died_between_sending_and_marking_leaves_one_file_not_two(tmp_path, monkeypatch):
    message().send()
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "timezone", None)  # marking fails the way a power cut would
        patch.setattr(delivery, "_claimed", lambda pk: OutgoingMail.objects.get(pk=pk))
        with pytest.raises(AttributeError), delivery.opened(delivery.settings.MAIL_TRANSPORT) as carrier:
            delivery._send(OutgoingMail.objects.get().pk, carrier)
    (first,) = files(tmp_path)
    assert delivery.send_due() == 1
    assert files(tmp_path) == [first]


def test_a_mail_that_ends_every_worker_is_given_up(tmp_path):
    message().send()
    OutgoingMail.objects.update(attempts=len(delivery.WAITS) + 1)
    assert delivery.send_due() == 0
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.reason) == (MailState.UNSENT, Reason.INTERRUPTED)


def test_a_folder_that_cannot_be_written_keeps_the_mail_and_says_so(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MAIL_TRANSPORT = Transport("file", folder=tmp_path / "file")
    message().send()
    assert delivery.send_due() == 0
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.DISK)


def test_a_message_whose_key_is_lost_is_shown_and_the_others_go_on(settings):
    from cryptography.fernet import Fernet

    kept = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    message().send()
    settings.ENCRYPTION_KEYS = kept
    message("ben@example.org").send()
    assert delivery.send_due() == 1
    lost = delivery.in_trouble().get()
    assert (lost.recipient, lost.reason) == ("amy@example.org", Reason.KEY)


def test_old_mail_forgets_whom_it_went_to_and_later_that_it_was(tmp_path):
    message(key="a").send()
    delivery.send_due()
    message("ben@example.org").send()
    OutgoingMail.objects.filter(recipient="ben@example.org").update(
        state=MailState.UNSENT, reason=Reason.RECIPIENT, ended_at=timezone.now() - timedelta(days=31)
    )
    assert delivery.prune() == 1
    ben = OutgoingMail.objects.get(state=MailState.UNSENT)
    assert (ben.recipient, ben.subject, ben.content) == ("", "", {})
    assert OutgoingMail.objects.get(state=MailState.SENT).recipient == "amy@example.org"
    OutgoingMail.objects.update(ended_at=timezone.now() - timedelta(days=401))
    delivery.prune()
    assert not OutgoingMail.objects.exists()


def test_an_address_that_is_forgotten_leaves_no_mail():
    message("amy@example.org").send()
    message("ben@example.org").send()
    assert delivery.forget_recipient("Amy@Example.org") == 1
    assert delivery.forget_recipient("") == 0
    assert OutgoingMail.objects.get().recipient == "ben@example.org"
