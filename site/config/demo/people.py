"""The demo's people: three logins whose passwords are made at random, and the authors of the posts."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files import File

from affiliate.people.api import Author, User

LOGINS = {"writer": "Writers", "editor": "Editors", "operator": "Operators"}


def load_logins() -> dict[str, User]:
    """The three users with their groups. Passwords of users that exist already stay as they are."""
    users, made = {}, {}
    for name, group in LOGINS.items():
        user, created = User.objects.get_or_create(username=name, defaults={"email": f"{name}@demo.invalid"})
        if created:
            made[name] = secrets.token_urlsafe(9)
            user.set_password(made[name])
            user.save()
        user.groups.add(Group.objects.get(name=group))
        users[name] = user
    if made:
        _keep(made)
    return users


def _keep(passwords: dict[str, str]) -> None:
    """Under DATA_DIR, readable by its owner alone."""
    path = settings.DATA_DIR / "demo-logins.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known | passwords, file, indent=1)


def load_authors(rows: list[dict[str, Any]], pictures: Path, writer: User) -> dict[str, Author]:
    """Authors by handle. The first is the one that the demo's writer writes as."""
    authors = {}
    for number, row in enumerate(rows):
        user = writer if number == 0 else None
        author, created = Author.objects.get_or_create(
            handle=row["handle"],
            defaults={
                "user": user,
                "name": row["name"],
                "role_line": row["role"],
                "introduction": row["intro"],
                "disclosure": row["disclosure"],
            },
        )
        if created:
            source = pictures / row["avatar"]
            with source.open("rb") as file:
                author.picture.save(source.name, File(file), save=True)
        authors[author.handle] = author
    return authors
