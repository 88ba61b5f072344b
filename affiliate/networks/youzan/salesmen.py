"""Our salesmen (分销员) of the shop, as the operator writes them down: `AbC12:13800000000 Xy9zQ2:fans5837957803`.

Youzan asks by mobile number or fan id and answers with the salesman's code: the code is our ad slot, the number stays
among the credentials.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from affiliate.networks.errors import Reauthorise
from affiliate.networks.youzan.recognise import SLUG

OWN_FAN = 1
_ENTRY = re.compile(r"([A-Za-z0-9]{4,20})[:：=](?:fans(\d{1,18})|((?:\+\d{1,4}-)?\d{5,15}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Salesman:
    """One salesman: the code that orders name, and the mobile number or the fan id that Youzan asks by."""

    seller: str
    mobile: str = ""
    fans_id: str = ""

    @property
    def asked(self) -> dict[str, Any]:
        """What a call names them by: one of the two, the other 0 (Youzan docs, youzan.salesman.trades.get)."""
        if self.mobile:
            return {"mobile": self.mobile, "fans_id": 0, "fans_type": 0}
        return {"mobile": "0", "fans_id": int(self.fans_id), "fans_type": OWN_FAN}


def salesmen_of(text: str) -> tuple[Salesman, ...]:
    """The salesmen written down, in order. Raises Reauthorise where an entry cannot be read or stands there twice: the
    same orders would come under two codes.
    """
    found: list[Salesman] = []
    for entry in re.split(r"[\s,，;；]+", text.strip()):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise _unreadable(len(found) + 1)
        found.append(Salesman(match.group(1), mobile=match.group(3) or "", fans_id=match.group(2) or ""))
    if len({one.seller for one in found}) < len(found) or len({one.mobile or one.fans_id for one in found}) < len(
        found
    ):
        raise Reauthorise(
            "SALESMEN names a code or a number twice. Leave each in once.", network=SLUG, code="salesmen_twice"
        )
    return tuple(found)


def _unreadable(number: int) -> Reauthorise:
    """Says which entry, not what it holds: it may be somebody's number."""
    return Reauthorise(
        "Entry %(number)s of SALESMEN cannot be read. Write each salesman as code:mobile or code:fans123, with spaces "
        "between.",
        network=SLUG,
        code="salesmen",
        values={"number": str(number)},
    )
