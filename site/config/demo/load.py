"""Loads the demo in one go; running it again completes what is missing and doubles nothing."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Site

from affiliate.connections.api import Merchant
from affiliate.tracking.api import fetch_anew
from config.demo import goods, people, posts
from content.moderation.api import ensure_roles, ensure_site, fill_new_board

DATA = settings.ROOT / "content" / "demo" / "data"
PICTURES = settings.ROOT / "static" / "demo"
FARM = "xiaomai-farm"


def load() -> int:
    """Load everything. Returns how many posts stand there."""
    now = timezone.now()
    home = ensure_site()
    ensure_roles()
    _merchant()
    users = people.load_logins()
    authors = people.load_authors(_read("authors"), PICTURES / "avatars", users["writer"])
    items = goods.load(DATA, now)
    channels = posts.load_channels(_read("channels"), home)
    pages: dict[str, Any] = {}
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "posts").glob("*.json"))]
    for row in rows:
        author = authors[row["author"]]
        pages[row["slug"]] = posts.load_post(row, channels[row["channel"]], author, items, PICTURES, now)
    fill_new_board((pages[row["slug"]].pk, row["reason"]) for row in _read("featured") if row["slug"] in pages)
    Site.clear_site_root_paths_cache()
    return len(pages)


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def follow_shop() -> None:
    """A start on another port moves the shop, and with it every link that leads there."""
    merchant = Merchant.objects.filter(slug=FARM).first()
    if merchant is None or merchant.link_template == _farm()["link_template"]:
        return
    for name, value in _farm().items():
        setattr(merchant, name, value)
    merchant.save()
    for network in ("demo", "direct"):
        fetch_anew(network)


def _farm() -> dict[str, str]:
    """Where the direct merchant of some food posts stands: in a corner of the demo shop."""
    shop = settings.DEMO_SHOP.rstrip("/")
    return {"hosts": shop.split("://", 1)[1], "link_template": f"{shop}/farm/{{item_id}}?ref={{token}}"}


def _merchant() -> None:
    defaults: dict[str, Any] = {
        **_farm(),
        "name": "小麦田农场（演示）",
        "item_url_pattern": r"/farm/(?P<id>[\w-]+)",
        "commission_rate_bp": 800,
        "secret": {"current": secrets.token_urlsafe(32)},
    }
    merchant, _created = Merchant.objects.get_or_create(slug=FARM, defaults=defaults)
    _hand_over((merchant.secret or {}).get("current", ""))


def _hand_over(secret: str) -> None:
    """Leave the farm's secret where its shop looks for it: it signs what it tells of orders."""
    file = settings.DATA_DIR / "demo-farm-secret"
    if secret and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secret, encoding="utf-8")
