"""A mail server on this machine that does what a test tells it to."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Behaviour:
    """What the server does. Answers to RCPT go by the recipient where one is named."""

    starttls: str = "no"
    """`no`: not offered; `yes`; `refused`: offered, and then answered with 454."""
    implicit_tls: bool = False
    certificate: Path | None = None
    rcpt: dict[str, str] = field(default_factory=dict)
    mail_from: str = "250 ok"
    data: str = "250 taken"
    login: str = "235 welcome"
    greeting: str = "220 loopback"
    slow_seconds: float = 0
    slow_before: str = ""
    """The command whose answer is late: `DATA-END`, `MAIL` and so on."""
    drop_before: str = ""
    """The connection ends instead of an answer to this command."""


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.behaviour = behaviour
        self.taken: list[tuple[str, str, bytes]] = []
        self.logins: list[str] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address) -> None:
        """A client that gives up is what several tests are about."""


class Session(socketserver.StreamRequestHandler):
    server: Server

    def say(self, line: str, command: str = "") -> None:
        told = self.server.behaviour
        if command and command == told.slow_before:
            time.sleep(told.slow_seconds)
        if command and command == told.drop_before:
            raise ConnectionAbortedError
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def secure(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.behaviour.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server closes the plain socket alone

    def handle(self) -> None:
        told, self.sender, self.recipient, self.tls = self.server.behaviour, "", "", False
        self.server.connections += 1
        if told.implicit_tls:
            self.secure()
        self.say(told.greeting)
        while line := self.rfile.readline():
            word, _space, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                self.say("221 bye")
                return
            getattr(self, f"on_{word.lower()}", self.on_other)(rest)

    def on_other(self, rest: str) -> None:
        self.say("250 ok")

    def on_ehlo(self, rest: str) -> None:
        offers = ["loopback", "AUTH PLAIN"]
        if self.server.behaviour.starttls != "no" and not self.tls:
            offers.append("STARTTLS")
        for offer in offers:
            self.say(f"250-{offer}")
        self.say("250 8BITMIME")

    def on_starttls(self, rest: str) -> None:
        if self.server.behaviour.starttls == "refused":
            self.say("454 not now")
            return
        self.say("220 go on")
        self.secure()
        self.tls = True

    def on_auth(self, rest: str) -> None:
        self.server.logins.append(rest)
        self.say(self.server.behaviour.login)

    def on_mail(self, rest: str) -> None:
        self.sender = rest.partition("<")[2].partition(">")[0]
        self.say(self.server.behaviour.mail_from, "MAIL")

    def on_rcpt(self, rest: str) -> None:
        self.recipient = rest.partition("<")[2].partition(">")[0]
        self.say(self.server.behaviour.rcpt.get(self.recipient, "250 ok"), "RCPT")

    def on_data(self, rest: str) -> None:
        self.say("354 go on")
        body = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line
        if self.server.behaviour.data.startswith("250"):
            self.server.taken.append((self.sender, self.recipient, body))
        self.say(self.server.behaviour.data, "DATA-END")


@contextmanager
def running(behaviour: Behaviour | None = None) -> Iterator[Server]:
    with Server(behaviour or Behaviour()) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A key and a certificate of its own for `host`, in one file that SSL_CERT_FILE may name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
