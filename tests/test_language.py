"""Nothing that a person reads is left in English for a Chinese reader, and the compiled catalogue is up to date."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = [ROOT / "locale", ROOT / "affiliate" / "networks" / "locale", ROOT / "locale" / "wagtail"]
CALLS = {"_", "_lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
TAGS = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")


def compiled(folder: Path) -> gettext.GNUTranslations:
    with (folder / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def strings_of_code() -> set[str]:
    found = set()
    for room in ("affiliate", "content", "site"):
        for path in (ROOT / room).rglob("*.py"):
            if {"tests", "migrations"} & set(path.parts):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


def strings_of_templates() -> set[str]:
    pages = (ROOT / "templates").rglob("*.html")
    return {a or b for path in pages for a, b in TAGS.findall(path.read_text(encoding="utf-8"))}


def test_every_string_has_a_chinese_one():
    catalogue = compiled(CATALOGUES[0])._catalog
    known = {key[0] if isinstance(key, tuple) else key for key in catalogue}
    known = {key.rsplit("\x04", 1)[-1] for key in known}
    assert sorted((strings_of_code() | strings_of_templates()) - known) == []


@pytest.mark.parametrize("folder", CATALOGUES, ids=["house", "networks", "wagtail"])
def test_the_compiled_catalogue_is_the_written_one(folder):
    source = (folder / "zh_Hans" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', source + "\n", re.M)
    catalogue = compiled(folder)._catalog
    checked = 0
    for msgid, msgstr in entries:
        key, value = ("".join(ast.literal_eval(line) for line in text.splitlines()) for text in (msgid, msgstr))
        if key and f"{key}" in catalogue:
            assert catalogue[key] == value
            checked += 1
    assert checked > 50
