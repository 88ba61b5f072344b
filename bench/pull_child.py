"""The process that `bench.pull` measures and kills: `pull_orders` for JD, without JD's limit of calls a second, which
a gateway on loopback has not. `seed` makes the placement instead that the orders name.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import django

CODE = "abc123k7f3"


def seed() -> None:
    """One author with one placement."""
    from affiliate.catalog.models import Item
    from affiliate.people.models import Author
    from affiliate.tracking.models import Placement, PlacementLink

    placement = Placement.objects.create(
        code=CODE,
        page_id=1,
        page_title="空气炸锅",
        page_url="/p/1/",
        block_path="1",
        author=Author.objects.create(handle="ann", name="安"),
        item=Item.objects.create(network="jd", item_id="100000000001", title="空气炸锅"),
    )
    PlacementLink.objects.create(placement=placement, sub_id=CODE)


def pull(start: str, end: str) -> None:
    """Read the stretch as a person would who types the command."""
    from django.core.management import call_command

    from affiliate.networks.api import adapter_class

    jd = adapter_class("jd")
    jd.capabilities = replace(jd.capabilities, calls_per_second=10_000.0)
    call_command("pull_orders", network="jd", start=start, end=end)


if __name__ == "__main__":
    django.setup()
    seed() if sys.argv[1:] == ["seed"] else pull(*sys.argv[1:])
