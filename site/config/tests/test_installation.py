"""What bin/serve is told, and what it refuses before anything is started."""

from __future__ import annotations

import os
import socket

import pytest

from config.installation import Installation, Refused


@pytest.fixture
def told(monkeypatch, tmp_path):
    """An environment of its own; gives a function that sets variables and reads them as bin/serve does."""

    def tell(**variables):
        monkeypatch.setattr(os, "environ", {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_ports()), **variables})
        return Installation()

    return tell


def free_ports():
    """The first of two neighbouring ports that nobody listens on."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def test_what_is_in_order_is_not_refused(told):
    told().check().close()


def test_a_taken_port_is_refused_before_anything_is_started(told):
    installation = told()
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        with pytest.raises(Refused, match=f"Port {installation.port} is taken"):
            installation.check()


def test_the_demo_shops_port_is_looked_at_too_unless_there_is_no_demo(told):
    port = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + 1))
        other.listen()
        with pytest.raises(Refused, match=f"Port {port + 1} .the demo shop's"):
            told(PORT=str(port)).check()
        told(PORT=str(port), DEMO="False").check().close()


def test_two_on_one_folder_are_refused_and_the_folder_is_free_again_afterwards(told):
    with told().check(), pytest.raises(Refused, match="Another bin/serve"):
        told().check()
    told().check().close()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PORT": "eighty"}, "PORT must be a whole number"),
        ({"PORT": "70000"}, "PORT must be between"),
        ({"DEMO": "perhaps"}, "DEMO must be one of"),
        ({"HOST": "no.such.host.invalid"}, "HOST=no.such.host.invalid cannot be listened on"),
        ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR cannot be made"),
        ({"DATA_DIR": __file__}, "DATA_DIR cannot be made"),
    ],
)
def test_what_cannot_work_is_refused_by_name(told, variables, said):
    with pytest.raises(Refused, match=said):
        told(**variables).check()


def test_who_reaches_the_site_from_another_machine_reaches_the_shop_there_too(told):
    installation = told(HOST="0.0.0.0", PORT="8000", SITE_URL="http://192.168.1.5:8000/")
    assert installation.site_url == "http://192.168.1.5:8000"
    assert installation.env["NETWORK_DEMO_PUBLIC_URL"] == "http://192.168.1.5:8001"
    assert installation.env["NETWORK_DEMO_GATEWAY"] == "http://127.0.0.1:8001"


def test_what_the_operator_says_of_the_shop_wins(told):
    installation = told(NETWORK_DEMO_GATEWAY="http://shop.internal:9000", LOG_LEVEL="DEBUG")
    assert installation.shop_url == "http://shop.internal:9000"
    assert installation.env["LOG_LEVEL"] == "DEBUG"
