"""Numbers at the foot of the page can be looked up; a wrong one is refused at the start, by name."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import licences

GOOD = {
    "COMPANY_NAME": "示例公司",
    "COMPANY_CREDIT_CODE": "91350100m000100y43",
    "ICP_NUMBER": "沪ICP备12345678号-1",
    "POLICE_NUMBER": "沪公网安备 31010102001234号",
    "COMPLAINTS_EMAIL": "help@example.com",
    "COMPLAINTS_PHONE": "+86 21-12345678",
    "COMPANY_ADDRESS": "示例路 1 号",
}


def test_nothing_has_to_be_set():
    assert licences.from_environment() == licences.Operator()


def test_what_is_right_is_taken(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    operator = licences.from_environment()
    assert operator.credit_code == "91350100M000100Y43"
    assert operator.police_url.endswith("code=31010102001234")
    assert operator.icp_url == "https://beian.miit.gov.cn/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ICP_NUMBER", "12345678"),
        ("ICP_NUMBER", "沪ICP备12345678号-1<script>"),
        ("POLICE_NUMBER", "沪公网安备号"),
        ("COMPANY_CREDIT_CODE", "91350100M000100Y44"),
        ("COMPANY_CREDIT_CODE", "91350100M000100Y4"),
        ("COMPLAINTS_EMAIL", "nobody"),
        ("COMPLAINTS_EMAIL", "a@b.c?subject=x, d@e.f"),
        ("COMPLAINTS_PHONE", "call me"),
    ],
)
def test_what_is_wrong_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        licences.from_environment()


def test_no_single_wrong_character_of_a_credit_code_passes(monkeypatch):
    right = GOOD["COMPANY_CREDIT_CODE"].upper()
    for place in range(18):
        for char in licences.CREDIT_ALPHABET:
            if char != right[place]:
                monkeypatch.setenv("COMPANY_CREDIT_CODE", right[:place] + char + right[place + 1 :])
                with pytest.raises(ImproperlyConfigured):
                    licences.from_environment()
