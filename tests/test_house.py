"""House rules that no linter knows: where things stand, how big they are, how they are called."""

from __future__ import annotations

import ast
import re
import site
from pathlib import Path

import pytest

from config.folding import ADMIN

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("affiliate", "content", "site", "bench", "tests")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = ROOT / "templates"
READER_TEMPLATES = sorted(
    path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] not in ADMIN
)


def test_site_is_a_plain_folder_that_holds_config_alone():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert {path.name for path in (ROOT / "site").iterdir() if path.name != "__pycache__"} == {"config"}
    assert Path(site.__file__).parent != ROOT / "site"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_says_what_it_is_and_has_a_telling_name(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert not FORBIDDEN_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "no module docstring"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_one_screen(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [node.name for node in found if (node.end_lineno or 0) - node.lineno + 1 > 40]
    assert not long


def imported(path: Path) -> set[str]:
    """The modules a file imports, as written; `from room import name` counts as `room.name` too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_affiliate_could_serve_another_cms():
    """Wagtail is known to admin folders and hooks alone, content to nobody."""
    for path in SOURCES:
        inside = path.relative_to(ROOT)
        if inside.parts[0] != "affiliate" or "tests" in inside.parts:
            continue
        for module in imported(path):
            assert module.split(".")[0] != "content", inside
            if module.split(".")[0] == "wagtail":
                assert "admin" in inside.parts or inside.name == "wagtail_hooks.py", inside


def room_of(module: str) -> str:
    """`affiliate.earnings` for everything below it, "" for what stands in no room."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in {"affiliate", "content"} and len(parts) > 1 else ""


def test_a_room_is_seen_through_its_api_alone():
    """Beside it block classes, which migrations name, and what runs ahead of Django or without it."""
    open_to_all = (
        "content.blocks.body",
        "content.blocks.product",
        "affiliate.tracking.exit",
        "affiliate.networks.tests",
    )
    for path in SOURCES:
        inside = path.relative_to(ROOT / "site") if path.is_relative_to(ROOT / "site") else path.relative_to(ROOT)
        if "tests" in inside.parts or inside.parts[0] == "bench":
            continue
        home = room_of(".".join(inside.with_suffix("").parts))
        for module in imported(path):
            room = room_of(module)
            if room and room != home and not module.startswith(open_to_all):
                assert module == room or module.startswith(f"{room}.api"), f"{inside}: {module}"


def test_reader_templates_have_no_inline_script_or_style():
    for path in READER_TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert "<style" not in text, path
        for part in text.split("<script")[1:]:
            tag = part.split(">", 1)[0]
            assert "src=" in tag or "application/ld+json" in tag, path


SENTENCE = re.compile(r"{% translate .*?%}|{% blocktranslate .*?{% endblocktranslate %}")


@pytest.mark.parametrize("path", READER_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_reader_template_is_written_in_short_lines(path):
    """Only a translated sentence, which is its message's key and cannot be broken, makes a line longer."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        assert len(line) <= 140 or len(SENTENCE.sub("", line).strip()) <= 60, f"{path}:{number}"
        assert "blocktranslate" not in SENTENCE.sub("", line), f"{path}:{number}: a sentence in two lines"
