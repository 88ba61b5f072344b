"""Nothing that a person reads is left in English for a Chinese reader, and the compiled catalogue is up to date."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation.trans_real import DjangoTranslation

from affiliate.networks.errors import NetworkError

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = [
    ROOT / "locale",
    ROOT / "affiliate" / "networks" / "locale",
    ROOT / "locale" / "wagtail",
    ROOT / "locale" / "allauth",
]
CALLS = {"_", "_lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
TAGS = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")

BLOCKS = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")


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


def block_strings(text: str) -> set[str]:
    """What stands between blocktranslate tags, written as the catalogue writes it."""
    found = set()
    for options, body in BLOCKS.findall(text):
        singular = PLURAL.split(body)[0]
        said = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", singular.replace("%", "%%"))
        found.add(" ".join(said.split()) if "trimmed" in options else said)
    return found


def strings_of_templates() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*") if path.is_file()]
    found = {a or b for text in texts for a, b in TAGS.findall(text)}
    return found.union(*(block_strings(text) for text in texts))


def test_every_string_has_a_chinese_one():
    catalogue = compiled(CATALOGUES[0])._catalog
    known = {key[0] if isinstance(key, tuple) else key for key in catalogue}
    known = {key.rsplit("\x04", 1)[-1] for key in known}
    assert sorted((strings_of_code() | strings_of_templates()) - known) == []


def sentences_of_networks() -> set[str]:
    """What errors, warnings and rejected rows say: the edge that shows them translates them."""
    kinds = {"Said", *(kind.__name__ for kind in NetworkError.__subclasses__())}
    found = set()
    for path in (ROOT / "affiliate").rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
            elif isinstance(node, ast.Tuple) and any(isinstance(e, ast.Name) and e.id in kinds for e in node.elts):
                found |= {e.value for e in node.elts if isinstance(e, ast.Constant) and str(e.value).endswith(".")}
            elif isinstance(node, ast.Assign) and "networks" in path.parts and isinstance(node.value, ast.Constant):
                found |= {node.value.value} if re.fullmatch(r"[A-Z].* .*\.", str(node.value.value)) else set()
    return found


def test_every_sentence_about_a_network_has_a_chinese_one():
    known = {key for folder in CATALOGUES for key in compiled(folder)._catalog}
    assert sorted(sentences_of_networks() - known) == []


@pytest.mark.parametrize("folder", CATALOGUES, ids=["house", "networks", "wagtail", "allauth"])
def test_the_compiled_catalogue_is_the_written_one(folder):
    source = (folder / "zh_Hans" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = re.findall(r'(?:^msgctxt "(.*)"\n)?^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', source + "\n", re.M)
    catalogue = compiled(folder)._catalog
    checked = 0
    for context, msgid, msgstr in entries:
        key, value = ("".join(ast.literal_eval(line) for line in text.splitlines()) for text in (msgid, msgstr))
        key = f"{context}\x04{key}" if context else key
        if key in catalogue:
            assert catalogue[key] == value
            checked += 1
    assert checked > 50


ENTRY = re.compile(r'(?:^msgctxt ((?:".*"\n)+))?^msgid ((?:".*"\n)+)', re.M)
ADMIN = [app for app in apps.get_app_configs() if app.name.startswith("wagtail")]


def joined(lines: str | None) -> str:
    return "".join(ast.literal_eval(line) for line in (lines or "").splitlines())


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_string_of_the_admin_has_a_chinese_one(domain):
    catalogue = DjangoTranslation("zh-hans", domain=domain)._catalog
    known = {key[0] if isinstance(key, tuple) else key for key in list(catalogue.keys())}
    asked = set()
    for app in ADMIN:
        english = Path(app.path) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
        if english.exists():
            for context, msgid in ENTRY.findall(english.read_text(encoding="utf-8")):
                asked.add(f"{joined(context)}\x04{joined(msgid)}" if context else joined(msgid))
    assert len(asked) > 50
    assert sorted(asked - known - {""}) == []


LOGIN = re.compile(r"\b(account|mfa|usersessions|core)/")
OF_DEBUG = "docs.djangoproject"
"""Stands in the page that Django shows where DEBUG is on and nothing is there yet."""


def asked_of_allauth() -> set[str]:
    """What the parts of allauth that are installed say."""
    source = Path(apps.get_app_config("account").path).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
    found = set()
    for block in source.read_text(encoding="utf-8").split("\n\n"):
        references = " ".join(line for line in block.splitlines() if line.startswith("#: "))
        if LOGIN.search(re.sub(r"\S*(socialaccount|idp|openid)\S*", "", references)):
            found |= {joined(msgid) for _context, msgid in ENTRY.findall(block)}
    return found - {""}


def test_the_site_speaks_to_people_with_one_voice():
    """Our 你 beside the 您 of libraries sounds like two people. Whatever room says it, it is not said to anybody."""
    catalogue = DjangoTranslation("zh-hans")._catalog
    said = {key[0] if isinstance(key, tuple) else key: str(catalogue[key]) for key in list(catalogue.keys())}
    asked = asked_of_allauth()
    assert len(asked) > 150 and sorted(asked - said.keys()) == []
    others = [app.path for app in apps.get_app_configs() if not app.name.startswith("allauth")]
    sources = [Path(path) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po" for path in others]
    for source in filter(Path.exists, sources):
        asked |= {joined(msgid) for _context, msgid in ENTRY.findall(source.read_text(encoding="utf-8"))}
    wrong = {text: said[text] for text in asked if "您" in said.get(text, "") and OF_DEBUG not in text}
    assert wrong == {}
    pages = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert [path.name for path in pages if "您" in path.read_text(encoding="utf-8")] == []
