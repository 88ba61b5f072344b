"""Real sockets on loopback: TLS proves the asked name even where the address is given, and deadlines always hold."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from affiliate.networks import wire
from affiliate.networks.errors import ProtocolError
from affiliate.networks.transport import Transport

NAME = "u.shop.example"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        """Quiet."""


def certificate(folder: Path) -> Path:
    """A certificate for NAME that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("10.9.9.9"))])
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A TLS server that proves to be NAME, on loopback; the machine trusts its certificate."""
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join(5)


def get(port: int, name: str) -> str:
    with wire.client() as client:
        request = client.build_request(
            "GET", f"https://127.0.0.1:{port}/", headers={"Host": name}, extensions={"sni_hostname": name}
        )
        return client.send(request).text


def test_a_given_address_is_trusted_for_the_name_that_it_proves(tls_port: int) -> None:
    assert get(tls_port, NAME) == "ok"


def test_a_given_address_is_not_trusted_for_any_other_name(tls_port: int) -> None:
    with pytest.raises(httpx.ConnectError, match="(?i)certificate"):
        get(tls_port, "u.jd.com")


def test_a_server_that_never_answers_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, wire.client() as client:
        started = time.monotonic()
        with pytest.raises(httpx.TimeoutException), wire.ending_at(started + 0.2):
            client.get(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=30)
        assert time.monotonic() - started < 1


def test_a_deadline_that_is_over_sends_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, wire.client() as client:
        with pytest.raises(httpx.TimeoutException), wire.ending_at(time.monotonic() - 1):
            client.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        silent.settimeout(0.1)
        with pytest.raises(TimeoutError):
            silent.accept()


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    with wire.client() as client:
        assert client.get(f"http://127.0.0.1:{server.server_address[1]}/").text == "ok"
    server.server_close()


def test_a_packed_answer_that_swells_a_thousandfold_is_refused_long_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = gzip.compress(b" " * (200 * 1024 * 1024), compresslevel=1)
    largest: list[int] = []
    iter_bytes = httpx.Response.iter_bytes

    def watched(self: httpx.Response, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in iter_bytes(self, chunk_size):
            largest.append(len(chunk))
            yield chunk

    monkeypatch.setattr(httpx.Response, "iter_bytes", watched)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _peer = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
            connection.sendall(head.encode() + packed)

    threading.Thread(target=serve, daemon=True).start()
    with server, pytest.raises(ProtocolError) as caught:
        Transport("shop").request("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", operation="q")
    assert caught.value.code == "too_large"
    assert max(largest) < 10 * 1024 * 1024
