"""A mail server that has no TLS, refuses, is busy, slow or gone: what happens to the mail, and what is said of it."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.mail import carriers, delivery
from config.mail.address import Transport
from config.mail.models import MailState, OutgoingMail, Reason
from config.mail.tests.loopback import Behaviour, certificate, running

pytestmark = pytest.mark.django_db

PASSWORD = "p@ss/w0rd-7"


@pytest.fixture(autouse=True)
def _outbox(settings, monkeypatch):
    settings.EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
    monkeypatch.setattr(carriers, "TIMEOUT", 0.5)


@pytest.fixture
def go(settings):
    """Send one mail through a server that behaves so; gives the mail back as it stands after."""

    def sent_through(behaviour, scheme="smtp", user="", to=("amy@example.org",)):
        for address in to:
            send_mail("您好", "一\n.\n三", None, [address])
        with running(behaviour) as server:
            settings.MAIL_TRANSPORT = Transport(scheme, "127.0.0.1", server.port, user, PASSWORD if user else "")
            delivery.send_due()
        return OutgoingMail.objects.order_by("pk").first(), server

    return sent_through


def again_now():
    OutgoingMail.objects.update(
        next_try_at=timezone.now() - timedelta(seconds=1), tried_at=timezone.now() - timedelta(minutes=2)
    )


def test_mail_arrives_as_it_was_written(go):
    mail, server = go(Behaviour())
    assert mail.state == MailState.SENT
    ((sender, recipient, body),) = server.taken
    assert (sender, recipient) == ("zhongcao@localhost", "amy@example.org")
    arrived = message_from_bytes(body.replace(b"\r\n..\r\n", b"\r\n.\r\n"))
    assert arrived.get_payload(decode=True).decode().split() == ["一", ".", "三"]
    assert "种草" in str(make_header(decode_header(arrived["From"])))


def test_one_connection_carries_everything_that_is_due(go):
    _mail, server = go(Behaviour(), to=["a@example.org", "b@example.org", "c@example.org"])
    assert (server.connections, len(server.taken)) == (1, 3)


def test_a_server_without_tls_is_told_nothing_where_tls_is_asked_for(go):
    mail, server = go(Behaviour(starttls="no"), "smtp+tls", "post")
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.NO_TLS)
    assert not server.logins and not server.taken


def test_a_server_that_refuses_tls_is_told_nothing(go):
    mail, server = go(Behaviour(starttls="refused"), "smtp+tls", "post")
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.NO_TLS)
    assert not server.logins and not server.taken


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(go, tmp_path, scheme):
    behaviour = Behaviour(starttls="yes", implicit_tls=scheme == "smtps", certificate=certificate(tmp_path))
    mail, server = go(behaviour, scheme, "post")
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.TLS)
    assert not server.logins and not server.taken


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtps"])
def test_mail_goes_encrypted_to_a_server_that_is_trusted(go, tmp_path, monkeypatch, scheme):
    trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    behaviour = Behaviour(starttls="yes", implicit_tls=scheme == "smtps", certificate=trusted)
    mail, server = go(behaviour, scheme, "post")
    assert mail.state == MailState.SENT and len(server.taken) == 1 and server.logins


def test_a_certificate_of_another_host_is_refused(go, tmp_path, monkeypatch):
    trusted = certificate(tmp_path, "127.0.0.9")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    mail, _server = go(Behaviour(implicit_tls=True, certificate=trusted), "smtps")
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.TLS)


def test_a_busy_server_is_asked_again_later_and_longer_each_time(go, settings):
    mail, _server = go(Behaviour(rcpt={"amy@example.org": "450 greylisted"}))
    assert (mail.state, mail.reason, mail.detail) == (MailState.WAITING, Reason.BUSY, "450 greylisted")
    first = mail.next_try_at - timezone.now()
    again_now()
    with running(Behaviour(rcpt={"amy@example.org": "450 greylisted"})) as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port)
        delivery.send_due()
    mail.refresh_from_db()
    assert mail.next_try_at - timezone.now() > 3 * first
    again_now()
    with running() as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port)
        assert delivery.send_due() == 1


def test_who_is_busy_for_ever_is_given_up_after_days_and_the_mail_is_kept(go, settings):
    busy = Behaviour(rcpt={"amy@example.org": "450 greylisted"})
    mail, _server = go(busy)
    assert sum(delivery.WAITS, timedelta()) > timedelta(days=2)
    with running(busy) as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port)
        for _try in delivery.WAITS:
            again_now()
            delivery.send_due()
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (MailState.UNSENT, Reason.BUSY) and mail.content


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Behaviour(rcpt={"amy@example.org": "550 no such user"}), Reason.RECIPIENT),
        (Behaviour(mail_from="553 not you"), Reason.SENDER),
        (Behaviour(data="554 spam"), Reason.CONTENT),
    ],
)
def test_a_refusal_for_good_is_kept_and_not_tried_again(go, behaviour, reason):
    mail, _server = go(behaviour, to=["amy@example.org"])
    assert (mail.state, mail.reason) == (MailState.UNSENT, reason)
    assert mail.content and mail.detail[:1] == "5"
    again_now()
    assert delivery.send_due() == 0


def test_one_refused_recipient_keeps_no_other_waiting(go):
    _mail, server = go(Behaviour(rcpt={"amy@example.org": "550 no"}), to=["amy@example.org", "ben@example.org"])
    assert [recipient for _from, recipient, _body in server.taken] == ["ben@example.org"]


def test_a_slow_server_is_left_and_the_mail_waits(go):
    mail, _server = go(Behaviour(slow_seconds=1.5, slow_before="MAIL"))
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.SLOW)


def test_a_connection_that_breaks_is_no_refusal(go):
    mail, _server = go(Behaviour(drop_before="RCPT"))
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.BROKEN_OFF)


def test_a_message_that_may_have_arrived_is_sent_again_under_the_same_name(go, settings):
    """The server took it and its answer was lost: better twice, and recognisably the same, than never."""
    _mail, first = go(Behaviour(drop_before="DATA-END"))
    again_now()
    with running() as second:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", second.port)
        assert delivery.send_due() == 1
    names = [message_from_bytes(server.taken[0][2])["Message-ID"] for server in (first, second)]
    assert names[0] and names[0] == names[1]


def test_a_server_that_is_gone_costs_one_try_and_stops_nothing_else(go, settings):
    for address in ("a@example.org", "b@example.org"):
        send_mail("x", "y", None, [address])
    settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", 9)
    assert delivery.send_due() == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", "reason")) == [(0, ""), (1, Reason.UNREACHABLE)]
    assert delivery.send_due() == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_server_that_turns_everybody_away_is_left_alone_for_a_while(go):
    mail, server = go(Behaviour(greeting="421 come back tomorrow"), to=["a@example.org", "b@example.org"])
    assert (mail.reason, mail.detail) == (Reason.CLOSED, "421 come back tomorrow")
    assert server.connections == 1


def test_a_refused_password_is_told_to_nobody(go, caplog):
    with caplog.at_level(logging.DEBUG):
        mail, server = go(Behaviour(login=f"535 {PASSWORD} is wrong"), user="post")
    assert server.logins
    assert (mail.state, mail.reason) == (MailState.WAITING, Reason.LOGIN)
    assert PASSWORD not in mail.detail + caplog.text
    assert PASSWORD not in repr(Transport("smtp", "h", 25, "post", PASSWORD)) + str(Transport("smtp", "h", 25))


def test_a_log_names_no_recipient_and_no_subject(go, caplog):
    with caplog.at_level(logging.DEBUG):
        go(Behaviour(rcpt={"amy@example.org": "550 no such user amy@example.org"}))
    assert "could not be sent" in caplog.text
    assert "amy@" not in caplog.text and "您好" not in caplog.text


def test_a_person_sends_it_again(go, settings):
    mail, _server = go(Behaviour(rcpt={"amy@example.org": "550 no such user"}))
    assert delivery.send_again([mail.pk]) == 1
    with running() as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port)
        assert delivery.send_due() == 1
    assert delivery.send_again([mail.pk]) == 0


def test_the_command_sends_a_mail_at_once_and_leaves_no_trace(settings, capsys):
    with running() as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port)
        call_command("send_test_mail", "amy@example.org", "--json")
    assert json.loads(capsys.readouterr().out)["sent"]
    assert server.taken[0][1] == "amy@example.org"
    assert not OutgoingMail.objects.exists()


def test_the_command_says_in_plain_words_what_is_wrong(settings):
    with running(Behaviour(rcpt={"amy@example.org": "550 no such user"})) as server:
        settings.MAIL_TRANSPORT = Transport("smtp", "127.0.0.1", server.port, "post", PASSWORD)
        with pytest.raises(CommandError, match="refuses the recipient's address. 550 no such user"):
            call_command("send_test_mail", "amy@example.org")
        with pytest.raises(CommandError, match="is not an address"):
            call_command("send_test_mail", "amy")
