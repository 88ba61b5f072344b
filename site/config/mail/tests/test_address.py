"""EMAIL_URL and FROM_EMAIL: what cannot be used is refused in one line that holds no password."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail.address import sender_of, transport_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("smtp", "mail.example.com", 25, "", "")),
        ("smtp+tls://a%40b.com:p%2Fq%23@mail.example.com", ("smtp+tls", "mail.example.com", 587, "a@b.com", "p/q#")),
        ("smtps://u:p@mail.example.com:2465/", ("smtps", "mail.example.com", 2465, "u", "p")),
    ],
)
def test_an_address_is_read_with_its_usual_port_and_its_percent_signs(tmp_path, url, expected):
    to = transport_of(url, tmp_path)
    assert (to.scheme, to.host, to.port, to.user, to.password) == expected


def test_without_an_address_mail_goes_into_files(tmp_path):
    assert transport_of("", tmp_path).folder == tmp_path / "mail"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://u:s3cret@mail.example.com",
        "smtp://",
        "smtp://u:s3cret@",
        "smtp://u:s3cret@host:many",
        "smtp://u:s3cret@host:70000",
        "smtp://u:s3cret@[::1",
        "smtp://user@host",
        "smtp://:s3cret@host",
        "smtp://u:s3cret/more@host",
        "smtps://u:s3#cret@host",
        "smtp://u:s3cret@host/path",
    ],
)
def test_a_bad_address_is_refused_in_one_line_without_its_password(tmp_path, url):
    with pytest.raises(ImproperlyConfigured) as refused:
        transport_of(url, tmp_path)
    said = str(refused.value)
    assert said.startswith("EMAIL_URL") and "\n" not in said and "s3" not in said


def test_a_sender_without_a_name_gets_that_of_the_site():
    assert sender_of("post@example.com", "Site") == "Site <post@example.com>"
    assert sender_of("Shop <post@example.com>", "Site") == "Shop <post@example.com>"


@pytest.mark.parametrize("written", ["", "post", "a@b@c", "a b@c.com", "@c.com"])
def test_a_sender_that_is_no_address_is_refused(written):
    with pytest.raises(ImproperlyConfigured, match="FROM_EMAIL"):
        sender_of(written, "Site")
