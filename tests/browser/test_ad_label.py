"""The word 广告 wherever a post that sells is shown: at the start of the title, large and dark, without script."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.conftest import AGENT, ROOT, Product

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TITLES = ".card__link, .line__link, .post__title, .good__name, .product__name, .deal__name, .go__title"
LOOK = """selector => {
  const channel = value => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const opacity = element => {
    let all = 1;
    for (let at = element; at; at = at.parentElement) all *= Number(getComputedStyle(at).opacity);
    return all;
  };
  return [...document.querySelectorAll(selector)].filter(title => title.getClientRects().length).map(title => {
    const label = title.querySelector(".ad");
    const words = title.innerText.replace(/\\s+/g, " ").trim();
    if (!label) return { words, label: null };
    const style = getComputedStyle(label);
    const [a, b] = [light(rgba(style.color)), light(behind(label))].sort((x, y) => y - x);
    const box = label.getBoundingClientRect();
    const frame = title.getBoundingClientRect();
    return {
      words, label: label.innerText, size: parseFloat(style.fontSize), contrast: (a + 0.05) / (b + 0.05),
      opacity: opacity(label), width: box.width, first: words.startsWith("广告"),
      inside: box.bottom <= frame.bottom + 1 && box.right <= frame.right + 1, shown: style.visibility === "visible",
    };
  });
}"""


def selling() -> set[str]:
    """Titles of the demo's posts that have a product in them."""
    rows = [json.loads(path.read_text("utf-8")) for path in (ROOT / "content/demo/data/posts").glob("*.json")]
    return {row["title"] for row in rows if any(block["type"] == "product" for block in row["body"])}


def pages(product: Product) -> dict[str, str]:
    return {
        "front": "/",
        "deals": "/?tab=deals",
        "reviews": "/?tab=reviews",
        "channel": "/digital/",
        "search": "/search/?q=咖啡",
        "storefront": "/u/lao-zhou/",
        "review": "/digital/headphones-commute/",
        "list": "/outdoor/hiking-starter/",
        "deal": "/digital/gan-charger-deal/",
        "over": "/beauty/hair-dryer-expired/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_title_that_sells_begins_with_the_label(product: Product, chromium: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, user_agent=AGENT, color_scheme=scheme, java_script_enabled=True
    )
    page = context.new_page()
    known, seen = selling(), 0
    for name, path in pages(product).items():
        page.goto(product.url + path)
        for title in page.evaluate(LOOK, TITLES):
            words = re.sub(r"^广告 ?", "", title["words"])
            if title["label"] is None:
                assert words not in known, f"{name}: {title['words']} has no label"
                continue
            seen += 1
            assert title["label"] == "广告" and title["first"], (name, title)
            assert title["size"] >= 12 and title["contrast"] >= 4.5, (name, title)
            assert title["opacity"] == 1 and title["shown"] and title["inside"] and title["width"] >= 20, (name, title)
    assert seen > 60
    context.close()


def test_the_label_needs_no_script_and_stands_where_no_markup_reaches(product: Product, chromium: Any) -> None:
    context = chromium.new_context(user_agent=AGENT, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{product.url}/digital/gan-charger-deal/")
    assert page.locator("h1").inner_text().startswith("广告")
    assert page.title().startswith("【广告】")
    assert page.locator('meta[property="og:title"]').get_attribute("content").startswith("【广告】")
    assert "adlabel" in page.locator('meta[property="og:image"]').get_attribute("content")
    feed = page.request.get(f"{product.url}/feed.xml").text()
    titles = set(re.findall(r"<item><title>([^<]*)", feed))
    assert titles and all(
        title.startswith("【广告】") for title in titles if title.removeprefix("【广告】") in selling()
    )
    context.close()
    robot = chromium.new_context(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    page = robot.new_page()
    page.goto(f"{product.url}/digital/gan-charger-deal/")
    page.goto(product.url + page.locator("a[href^='/go/']").first.get_attribute("href"))
    assert page.locator("h1").inner_text().startswith("广告")
    robot.close()
