"""The reference documents what exists, and only that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
READERS = re.compile(r'(?:env\.(?:text|flag|number|words|choice)|os\.environ\.get|[ (]number)\(\s*"([A-Z][A-Z0-9_]+)"')
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith(("affiliate.", "content.", "config")))
WAGTAIL_PAGES = {"/<channel>/", "/<channel>/<post>/"}
AHEAD_OF_DJANGO = {"/healthz", "/readyz", "/metrics"}
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def documented(page: str) -> str:
    return (DOCS / "reference" / page).read_text(encoding="utf-8")


def test_every_variable_that_is_read_is_documented_and_the_other_way_round():
    sources = [*(ROOT / "site").rglob("*.py"), ROOT / "gunicorn.conf.py"]
    read = set()
    for path in sources:
        if "tests" not in path.parts:
            read |= set(READERS.findall(path.read_text(encoding="utf-8")))
    # Networks' variables are named by a pattern, and described in a table of their own.
    read = {name for name in read if not name.startswith(("NETWORK_", "DJANGO_SETTINGS_MODULE"))}
    page = documented("settings.md")
    named = {name for name in re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.M) if not name.startswith("NETWORK")}
    assert read - named == set(), "read but not documented"
    assert named - read == set(), "documented but never read"


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_documented_and_has_help(name):
    assert f"`{name}" in documented("commands.md")
    assert load_command_class(get_commands()[name], name).help


def test_no_command_is_documented_that_does_not_exist():
    named = set(re.findall(r"^### `([a-z_]+)", documented("commands.md"), re.M))
    assert named == set(OURS)


@pytest.mark.parametrize("path", [*DOCS.rglob("*.md"), *ROOT.glob("*.md")], ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def shape(address: str) -> str:
    """An address with its variable parts made alike: `/u/<author>/` and `u/<slug:handle>/` are one."""
    address = re.sub(r"\(\?P<\w+>[^)]*\)", "<>", address).split("?")[0]
    address = address.removeprefix("^").removesuffix("$")
    return "/" + re.sub(r"<[^>]*>", "<>", address).strip("/")


def served() -> set[str]:
    """Every address of our own; what stands below an included set of addresses counts as its first part."""
    found = set()
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLPattern) or isinstance(entry, URLResolver) and str(entry.pattern):
            found.add(shape(str(entry.pattern)))
        elif entry.urlconf_name.__name__ != "wagtail.urls":
            found |= {shape(str(pattern.pattern)) for pattern in entry.url_patterns}
    return found


def described() -> set[str]:
    cells = re.findall(r"^\| (`/[^|]*) \|", documented("urls.md"), re.M)
    return {name for cell in cells for name in re.findall(r"`(/[^`]*)`", cell)}


def test_every_address_is_documented_and_every_documented_one_exists():
    pages, ahead = ({shape(name) for name in names} for names in (WAGTAIL_PAGES, AHEAD_OF_DJANGO))
    assert served() - {shape(name) for name in described()} == set(), "answered but not documented"
    assert {shape(name) for name in described()} - served() - pages - ahead == set(), "documented but not answered"
