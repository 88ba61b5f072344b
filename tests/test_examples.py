"""The programs in the guide for merchants are those that the admin shows, and they work as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.test import Client

from affiliate.connections.models import Merchant, MerchantMessage
from affiliate.earnings.models import LedgerEntry, NetworkEvent, Order

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "affiliate" / "earnings" / "examples"
GUIDE = (ROOT / "docs" / "how-to" / "direct-merchant.md").read_text(encoding="utf-8")
SECRET = "secret-of-the-farm"


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.M | re.S)
    assert len(found) == 1
    return found[0]


class Bridge(BaseHTTPRequestHandler):
    """Hands a request that came over the wire to the site of the test, in the test's own thread."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items() if name.startswith("X-Zhongcao-")}
        answer = Client().post(self.path, body, content_type=self.headers["Content-Type"], headers=headers)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_args: object) -> None:
        return None


def run(command: list[str], secret: str = SECRET) -> str:
    """What the program prints after one exchange with the site."""
    with HTTPServer(("127.0.0.1", 0), Bridge) as server:
        server.timeout = 30
        site = f"http://127.0.0.1:{server.server_port}"
        env = {"PATH": os.environ["PATH"], "SITE": site, "MERCHANT": "farm", "SECRET": secret}
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
            server.handle_request()
            return program.communicate(timeout=30)[0]


COMMANDS = {"python": ([sys.executable, "-c"], "send_order.py"), "sh": (["sh", "-c"], "send_order.sh")}


@pytest.fixture
def farm(db):
    return Merchant.objects.create(
        slug="farm", name="农场", hosts="farm.example", link_template="x", secret={"current": SECRET}
    )


@pytest.mark.parametrize("language", COMMANDS)
def test_the_example_of_the_guide_works_as_it_stands(language, farm):
    start, name = COMMANDS[language]
    text = block(language)
    assert text == (EXAMPLES / name).read_text(encoding="utf-8")
    said = run([*start, text])
    assert '"result": "test"' in said, said
    assert MerchantMessage.objects.get().body["order_id"] == "A1001"
    assert not Order.objects.exists() and not NetworkEvent.objects.exists() and not LedgerEntry.objects.exists()


@pytest.mark.parametrize("language", COMMANDS)
def test_without_the_mark_of_a_test_it_makes_the_order(language, farm):
    start, _name = COMMANDS[language]
    text = re.sub(r'\n *"test": True,.*|"test":true,', "", block(language))
    assert '"test"' not in text
    assert '"created"' in run([*start, text])
    assert Order.objects.get().amount_minor == 9900


def test_a_wrong_secret_is_told_plainly(farm):
    assert "X-Zhongcao-Signature is wrong" in run([*COMMANDS["python"][0], block("python")], secret="another")
