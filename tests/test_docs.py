"""The reference documents what exists, and only that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
READERS = re.compile(r'(?:env\.(?:text|flag|number|words|choice)|os\.environ\.get|[ (]number)\(\s*"([A-Z][A-Z0-9_]+)"')
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith(("affiliate.", "content.", "config")))
LEGAL = {"/privacy/", "/terms/", "/disclosure/", "/how-we-earn/", "/rules/", "/complaints/"}
WAGTAIL_PAGES = {"/<channel>/", "/<channel>/<post>/", *LEGAL}
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


def headings(page: Path) -> set[str]:
    """What can stand behind `#`: each heading in small letters, without punctuation, spaces as hyphens."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("path", [*DOCS.rglob("*.md"), *ROOT.glob("*.md")], ids=lambda path: path.name)
def test_links_to_a_heading_find_it(path):
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8")):
        page = path.parent / target if target else path
        if page.suffix == ".md":
            assert anchor in headings(page), f"{target}#{anchor}"


def shape(address: str) -> str:
    """An address with its variable parts made alike: `/u/<author>/` and `u/<slug:handle>/` are one."""
    address = re.sub(r"\(\?P<\w+>[^)]*\)", "<>", address).split("?")[0]
    address = address.removeprefix("^").removesuffix("$")
    return "/" + re.sub(r"<[^>]*>", "<>", address).strip("/")


def below(resolver: URLResolver) -> Iterator[tuple[str, bool]]:
    """Every address of our own, and whether it is a tree of somebody else's: Wagtail's, allauth's, a room's own set."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield shape(str(entry.pattern)), False
        elif str(entry.pattern):
            yield shape(str(entry.pattern)), True
        elif entry.urlconf_name.__name__ != "wagtail.urls":
            yield from below(entry)


def described() -> set[str]:
    cells = re.findall(r"^\| (`/[^|]*) \|", documented("urls.md"), re.M)
    return {shape(name) for cell in cells for name in re.findall(r"`(/[^`]*)`", cell)}


def test_every_address_is_documented_and_every_documented_one_exists():
    told, found = described(), dict(below(get_resolver()))
    trees = {address for address, is_tree in found.items() if is_tree}
    pages = {shape(name) for name in WAGTAIL_PAGES | AHEAD_OF_DJANGO}
    missing = {a for a in set(found) - told if a not in trees or not any(one.startswith(f"{a}/") for one in told)}
    assert missing == set(), "answered but not documented"
    unknown = {a for a in told - set(found) - pages if not any(a.startswith(f"{tree}/") for tree in trees)}
    assert unknown == set(), "documented but not answered"
