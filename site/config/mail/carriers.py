"""Carries one message: into a file or to an SMTP server. Says of each failure whom it concerns, and how."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from config.mail.address import Transport
from config.mail.models import Reason

TIMEOUT = 20.0
"""Seconds for one answer of the server."""


class NotSent(Exception):
    """Why a message was not sent: `reason` for people, `detail` in the server's words."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Refused(NotSent):
    """For good: trying again brings the same answer."""


class Later(NotSent):
    """Not now: this message is tried again."""


class NobodyThere(NotSent):
    """Nothing can be sent at all, whatever the message."""


class Carrier(Protocol):
    """Sends one message. Returns when it has been taken, and only then."""

    def carry(self, mime: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Raises NotSent. `name` is the same each time a message is carried."""


class FileCarrier:
    """One file a message. Carried twice it is still one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, mime: bytes, *, sender: str, recipient: str, name: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f".{name}"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(mime.replace(b"\r\n", b"\n"))
            draft.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise NobodyThere(Reason.DISK, error.strerror or "") from error


class SmtpCarrier:
    """A connection, opened for the first message and used for all that follow."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.client: smtplib.SMTP | None = None

    def carry(self, mime: bytes, *, sender: str, recipient: str, name: str) -> None:
        client = self._connected()
        try:
            client.sendmail(sender, [recipient], mime)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._answer(Reason.RECIPIENT, *next(iter(error.recipients.values()))) from None
        except smtplib.SMTPSenderRefused as error:
            raise self._answer(Reason.SENDER, error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPDataError as error:
            raise self._answer(Reason.CONTENT, error.smtp_code, error.smtp_error) from None
        except TimeoutError:
            self.close()
            raise Later(Reason.SLOW) from None
        except (smtplib.SMTPException, OSError) as error:
            slow = isinstance(error.__context__, TimeoutError)
            self.close()
            raise Later(Reason.SLOW if slow else Reason.BROKEN_OFF) from None

    def close(self) -> None:
        """Say goodbye, as far as anybody listens."""
        if self.client is not None:
            client, self.client = self.client, None
            with suppress(smtplib.SMTPException, OSError):
                if client.sock is not None:
                    client.sock.settimeout(2)  # a goodbye is not worth waiting for
                client.quit()
            client.close()

    def _connected(self) -> smtplib.SMTP:
        if self.client is not None and self.client.sock is not None:
            return self.client
        try:
            self.client = self._open()
        except smtplib.SMTPNotSupportedError:
            raise NobodyThere(Reason.NO_TLS) from None
        except smtplib.SMTPAuthenticationError as error:
            raise NobodyThere(Reason.LOGIN, self._words(error.smtp_code, error.smtp_error)) from None
        except ssl.SSLError as error:
            raise NobodyThere(Reason.TLS, (getattr(error, "verify_message", "") or error.reason or "")[:200]) from None
        except smtplib.SMTPResponseException as error:
            raise NobodyThere(Reason.CLOSED, self._words(error.smtp_code, error.smtp_error)) from None
        except TimeoutError:
            raise NobodyThere(Reason.SLOW) from None
        except (smtplib.SMTPException, OSError) as error:
            slow = isinstance(error.__context__, TimeoutError)
            raise NobodyThere(
                Reason.SLOW if slow else Reason.UNREACHABLE, getattr(error, "strerror", "") or ""
            ) from None
        return self.client

    def _open(self) -> smtplib.SMTP:
        to, ours = self.transport, urlsplit(settings.SITE_URL).hostname or "localhost"
        trust = ssl.create_default_context()
        client: smtplib.SMTP
        if to.scheme == "smtps":
            client = smtplib.SMTP_SSL(to.host, to.port, local_hostname=ours, timeout=TIMEOUT, context=trust)
        else:
            client = smtplib.SMTP(to.host, to.port, local_hostname=ours, timeout=TIMEOUT)
        try:
            if to.scheme == "smtp+tls":
                try:
                    client.starttls(context=trust)
                except smtplib.SMTPResponseException as error:
                    raise smtplib.SMTPNotSupportedError from error
            if to.user:
                client.login(to.user, to.password)
        except BaseException:
            client.close()
            raise
        return client

    def _answer(self, reason: Reason, code: int, words: bytes | str) -> NotSent:
        """A 5xx is for good, anything else for later. 421 ends the connection."""
        detail = self._words(code, words)
        if code == 421:
            self.close()
        return Refused(reason, detail) if 500 <= code < 600 else Later(Reason.BUSY, detail)

    def _words(self, code: int, words: bytes | str) -> str:
        """The server's answer on one line; should it repeat our password, without that."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        if self.transport.password:
            text = text.replace(self.transport.password, "***")
        return " ".join(f"{code} {text}".replace("\x00", "").split())[:300]


@contextmanager
def opened(transport: Transport) -> Iterator[Carrier]:
    """The carrier of a transport, closed at the end. Opens no connection before there is something to carry."""
    if transport.scheme == "file":
        yield FileCarrier(transport.folder)
        return
    carrier = SmtpCarrier(transport)
    try:
        yield carrier
    finally:
        carrier.close()
