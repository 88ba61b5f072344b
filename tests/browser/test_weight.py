"""What a reader's page weighs, and that nothing on it jumps while it loads and is scrolled through."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest

from tests.browser.conftest import Product

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = {
    "front": "/",
    "post": "/home-appliances/cordless-vacuum/",
    "deal": "/home-appliances/air-fryer-deal/",
    "list": "/beauty/oral-care-list/",
    "storefront": "/u/xiaoman/",
    "search": "/search/?q=%E8%80%B3%E6%9C%BA",
}
# HTML, style sheets and scripts as they travel, compressed. Measured 10 to 17 KB: docs/explanation/numbers.md.
BUDGET = 24_000
PARTS = re.compile(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"')
WATCH = """
  window.shifted = 0; window.first = "";
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver(list => {
    for (const { element } of list.getEntries()) {
      const unsized = element?.tagName === "IMG" && !(element.hasAttribute("width") && element.hasAttribute("height"));
      window.first = unsized ? element.outerHTML : "";
    }
  }).observe({ type: "largest-contentful-paint", buffered: true });
"""
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 50));
  }
}"""


def travels(url: str) -> tuple[int, str]:
    """How many bytes arrive, and as what kind of text they were compressed."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return len(answer.read()), answer.headers.get("Content-Encoding", "")


def parts(product: Product, path: str) -> list[str]:
    with urllib.request.urlopen(product.url + path, timeout=10) as answer:
        return PARTS.findall(answer.read().decode())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(product: Product, name: str) -> None:
    found = parts(product, PAGES[name])
    assert any(part.endswith(".css") for part in found) and any(part.endswith(".js") for part in found)
    weights = {part: travels(product.url + part) for part in [PAGES[name], *found]}
    assert all(coding == "gzip" for part, (_size, coding) in weights.items() if part in found), weights
    assert sum(size for size, _coding in weights.values()) < BUDGET, weights


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps(product: Product, visitor: Any, width: int) -> None:
    page = visitor("weight", width)
    page.add_init_script(WATCH)
    for name, path in PAGES.items():
        page.goto(product.url + path, wait_until="networkidle")
        page.evaluate(SCROLL)
        assert page.evaluate("shifted") < 0.01, name
        assert page.evaluate("first") == "", f"{name}: the largest picture has no room kept for it"
