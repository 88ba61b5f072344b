"""The ad slot that stands in for a sub-ID: a PID `mm_<account>_<site>_<adzone>`, with a 渠道关系ID behind a colon where
one adzone serves several authors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from affiliate.networks.errors import BadInput, Reauthorise

_SLOT = re.compile(r"mm_(\d{1,15})_(\d{1,15})_(\d{1,15})(?::(\d{1,19}))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """Account, site, adzone, and the relation_id (empty for none)."""

    account: str
    site: str
    adzone: str
    relation: str = ""

    def __str__(self) -> str:
        return f"mm_{self.account}_{self.site}_{self.adzone}" + (f":{self.relation}" if self.relation else "")


def own_slot(pid: str) -> Slot:
    """The account's default slot. Raises Reauthorise for a PID of another form."""
    match = _SLOT.fullmatch(pid.strip())
    if match is None:
        raise Reauthorise(
            "The PID of this account is not of the form mm_1_2_3. Correct it in the settings.",
            network="taobao",
            code="pid",
        )
    return Slot(match.group(1), match.group(2), match.group(3), match.group(4) or "")


def other_slot(text: str, account: str) -> Slot:
    """A slot somebody named. Raises BadInput for another form and for another account: its orders are not ours."""
    match = _SLOT.fullmatch(text.strip())
    if match is None:
        raise BadInput(
            "An ad slot of Taobao is written mm_1_2_3, or mm_1_2_3:4 with a relation id.",
            network="taobao",
            code="ad_slot",
            detail=text[:80],
        )
    if match.group(1) != account:
        raise BadInput(
            "This ad slot belongs to another account: its orders would be another's.",
            network="taobao",
            code="ad_slot",
            detail=text[:80],
        )
    return Slot(match.group(1), match.group(2), match.group(3), match.group(4) or "")


def reported_slot(pid: str, site: str, adzone: str, relation: str) -> str:
    """The slot an order came through. Reports leave the account out: it is that of our PID; without a PID, and without
    a site, the adzone's number stands alone.
    """
    if not adzone:
        return ""
    match = _SLOT.fullmatch(pid.strip())
    if match is None:
        return adzone
    if not site and match.group(3) == adzone:
        site = match.group(2)
    return str(Slot(match.group(1), site, adzone, relation)) if site else adzone
