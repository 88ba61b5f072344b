"""Who answers for the site in public: numbers and addresses that stand at the foot of every page, checked for shape.

A number that readers may look up must be a number that can be looked up: a wrong one is refused at the start, by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

from django.core.exceptions import ImproperlyConfigured

from config import env

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
ICP = re.compile(rf"[{PROVINCES}]ICP[备证]\d{{6,10}}号(-\d{{1,4}})?")
POLICE = re.compile(rf"[{PROVINCES}]公网安备\s?(\d{{11,14}})号")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Of GB 32100: no I, O, S, V, Z."""
ICP_URL = "https://beian.miit.gov.cn/"
POLICE_URL = "https://beian.mps.gov.cn/#/query/webSearch?code="


@dataclass(frozen=True, slots=True)
class Operator:
    """The company behind the site. What was not set is empty and not shown."""

    company: str = ""
    credit_code: str = ""
    icp_number: str = ""
    police_number: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    @property
    def icp_url(self) -> str:
        """Where the ministry lets anybody look the filing up."""
        return ICP_URL

    @property
    def police_url(self) -> str:
        """Where the police let anybody look their number up."""
        found = POLICE.fullmatch(self.police_number)
        return POLICE_URL + found[1] if found else ""


def from_environment() -> Operator:
    """Read and check. Raises ImproperlyConfigured naming the variable."""
    return Operator(
        company=env.text("COMPANY_NAME"),
        credit_code=_credit_code(env.text("COMPANY_CREDIT_CODE").upper()),
        icp_number=_shaped("ICP_NUMBER", env.text("ICP_NUMBER"), ICP, "沪ICP备12345678号-1"),
        police_number=_shaped("POLICE_NUMBER", env.text("POLICE_NUMBER"), POLICE, "沪公网安备31010102001234号"),
        email=_email(env.text("COMPLAINTS_EMAIL")),
        phone=_shaped(
            "COMPLAINTS_PHONE", env.text("COMPLAINTS_PHONE"), re.compile(r"[+\d][\d -]{4,24}"), "021-12345678"
        ),
        address=env.text("COMPANY_ADDRESS"),
    )


def _shaped(name: str, text: str, shape: re.Pattern[str], example: str) -> str:
    if text and not shape.fullmatch(text):
        raise ImproperlyConfigured(f"{name} must look like {example}; it is {text!r}.")
    return text


def _email(text: str) -> str:
    if text and (parseaddr(text)[1] != text or not re.fullmatch(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"'.]+", text)):
        raise ImproperlyConfigured(f"COMPLAINTS_EMAIL must be one address like help@example.com; it is {text!r}.")
    return text


def _credit_code(text: str) -> str:
    """The 统一社会信用代码 of a business: 18 characters, the last of which checks the others (GB 32100-2015)."""
    if not text:
        return ""
    places = [CREDIT_ALPHABET.find(char) for char in text]
    if len(text) != 18 or -1 in places or places[-1] != _check_place(places[:-1]):
        raise ImproperlyConfigured(
            f"COMPANY_CREDIT_CODE must be the 18 characters of the business licence; it is {text!r}: that does not fit."
        )
    return text


def _check_place(places: list[int]) -> int:
    return (31 - sum(place * pow(3, number, 31) for number, place in enumerate(places)) % 31) % 31
