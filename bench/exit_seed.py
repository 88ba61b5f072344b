"""Fills the table the exit reads, for its benchmark: `python -m bench.exit_seed COUNT` prints the codes."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402  after the set-up

from affiliate.tracking import targets  # noqa: E402
from affiliate.tracking.codes import random_code  # noqa: E402
from affiliate.tracking.models import ExitTarget  # noqa: E402


def seed(count: int) -> list[str]:
    """So many targets, each with the click's token in its address."""
    codes = sorted({random_code() for _ in range(count)})
    with transaction.atomic():
        version = targets.next_version()
        ExitTarget.objects.bulk_create(
            [
                ExitTarget(
                    code=code,
                    placement_id=n,
                    url=f"https://union-click.jd.com/jdc?e=&p=AyIGZRhaEwAQAVUSWBcyEQ{n}&subUnionId={{token}}",
                    earns=True,
                    network="jd",
                    version=version,
                )
                for n, code in enumerate(codes)
            ],
            batch_size=200,
        )
    return codes


if __name__ == "__main__":
    json.dump(seed(int(sys.argv[1])), sys.stdout)
