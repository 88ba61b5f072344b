"""Reads EMAIL_URL: where mail goes. Free of Django's settings, which are made with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.message import EmailMessage, sanitize_address

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
EXAMPLE = "Write it like smtp+tls://user:password@mail.example.com:587, or leave it out to write mail into files."


@dataclass(frozen=True, slots=True)
class Transport:
    """Where mail goes: a folder of files, or a server."""

    scheme: str
    """`file`, `smtp`, `smtp+tls` (STARTTLS, which must be offered) or `smtps` (TLS from the first byte)."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    folder: Path = Path()

    def __str__(self) -> str:
        """For people: never with the password, nor the name it belongs to."""
        return str(self.folder) if self.scheme == "file" else f"{self.scheme}://{self.host}:{self.port}"


def transport_of(url: str, data: Path) -> Transport:
    """The transport that EMAIL_URL names; files under `data`/mail where it is empty.

    Raises ImproperlyConfigured in one line that never repeats the address: it holds a password.
    """
    if not url:
        return Transport("file", folder=data / "mail")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL is not an address: its host or port is wrong. {EXAMPLE}") from error
    if parts.scheme not in PORTS:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with smtp://, smtp+tls:// or smtps://. {EXAMPLE}")
    if not host:
        raise ImproperlyConfigured(f"EMAIL_URL names no host. {EXAMPLE}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "EMAIL_URL has something behind the host. A name or password with / ? # or @ in it must be written with "
            f"percent signs: / is %2F, ? is %3F, # is %23, @ is %40. {EXAMPLE}"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ImproperlyConfigured(f"EMAIL_URL needs a user name and a password, or neither. {EXAMPLE}")
    return Transport(parts.scheme, host, PORTS[parts.scheme] if port is None else port, user, password)


def sender_of(written: str, name: str) -> str:
    """The sender as mails show it, with a name: the site's where FROM_EMAIL gives none.

    Raises ImproperlyConfigured for what is no address.
    """
    given, address = parseaddr(written)
    if address.count("@") != 1 or any(c.isspace() for c in address) or not all(address.split("@")):
        raise ImproperlyConfigured(f"FROM_EMAIL must be an address such as post@example.com; it is {written!r}.")
    return formataddr((given or name, address))


def bare(address: str, encoding: str = "utf-8") -> str:
    """The address alone, as a server is told it. Raises ValueError for what is none."""
    return parseaddr(sanitize_address(address, encoding))[1][:320]


def as_sent(message: EmailMessage) -> bytes:
    """The message as it goes over the wire. Raises ValueError for headers that are none."""
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's messages take it
