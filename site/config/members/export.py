"""A member's data as one ZIP file of JSON documents."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from affiliate.people.api import User
from config.members.register import PARTS

IN_MEMORY = 5 * 1024 * 1024
ABOUT = """\
{user}: what {site} keeps of you, as of {now}.

One JSON document a subject. Times are in UTC. Amounts are whole numbers of the smallest unit (fen) with their currency.

本压缩包包含本站保存的与你有关的数据，每个主题一个 JSON 文件。时间为 UTC；金额为最小货币单位（分）的整数，并注明币种。
"""


def export(user: User, site: str) -> IO[bytes]:
    """The file, open at its beginning. Beyond a few MB it lies on disk until it is closed."""
    now = timezone.now()
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT.format(user=user.get_username(), site=site, now=f"{now:%Y-%m-%d %H:%M}"))
        for part in PARTS:
            text = json.dumps(part.gives(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr(f"{part.name}.json", text)
    file.seek(0)
    return file
