"""The loop that pays for everything, in a real browser: paste, submit, approve, read, click, buy, be credited."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Product, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(420)]

SHARED = "【演示商店】快看这个充电头，65W 双口！ {shop}/item/demo-1003?sub=somebodyelse 复制打开"
DISCLOSURE_BEFORE_LINK = """() => {
  const note = [...document.querySelectorAll("aside, p, div")].find(
    element => element.children.length < 4 && element.textContent.includes("本文有购买链接"));
  const link = document.querySelector("a[href^='/go/']");
  return Boolean(note.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""
ITEM = "格物仓 65W 双口氮化镓充电头"


def log_in(page: Any, product: Product, name: str) -> None:
    page.goto(f"{product.url}/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", product.logins[name])
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")


def choose_action(page: Any, name: str) -> None:
    """An action of the editor's footer, behind its arrow."""
    page.locator("footer").get_by_role("button", name="更多动作").click()
    page.locator("footer").get_by_role("button", name=name, exact=True).click()


def write_a_deal(page: Any, product: Product, title: str) -> None:
    """Log in, choose a channel, paste a share text, submit."""
    log_in(page, product, "writer")
    page.shot("desk")
    page.click("text=写到「数码」")
    page.click("main a[href*='dealpage']")
    page.locator(".c-sf-add-button").first.wait_for()
    page.wait_for_timeout(1500)
    page.fill("#id_title", title)
    page.fill("#id_verdict", "出差带一个就够。")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="商品").click()
    box = page.locator("textarea.zc-picker__box")
    box.fill(SHARED.format(shop=product.shop))
    box.press("Enter")
    card = page.locator(".zc-picker__card")
    card.get_by_text(ITEM).wait_for()
    text = card.inner_text()
    for expected in ("演示商店", "¥109", "¥129", "满¥99减¥20", "你约得", "¥3.99"):
        assert expected in text
    page.shot("picker")
    # Autosave makes the draft meanwhile; a person is not quicker than that.
    page.wait_for_timeout(3000)
    choose_action(page, "提交给编辑审核")
    page.locator(".messages").get_by_text(re.compile("提交.*审核")).wait_for()


def approve(page: Any, product: Product, title: str) -> None:
    """Log in, open the task from the dashboard, see no money, publish."""
    log_in(page, product, "editor")
    page.get_by_role("link", name=title).first.click()
    page.locator(".zc-picker__card").get_by_text(ITEM).wait_for()
    assert "你约得" not in page.locator(".zc-picker").inner_text()
    assert "3.99" not in page.locator(".zc-picker").inner_text()
    page.shot("review")
    choose_action(page, "批准并发布")
    page.locator(".messages").wait_for()


def read_and_click(page: Any, product: Product, title: str) -> str:
    """Find the post on the front page, read it, click out. Returns the placement's code."""
    page.goto(f"{product.url}/?tab=deals")
    page.shot("deals")
    page.get_by_role("link", name=title).first.click()
    page.locator("h1").get_by_text(title).wait_for()
    page.shot("post")
    order = page.evaluate(DISCLOSURE_BEFORE_LINK)
    assert order, "the disclosure stands above the first link"
    assert "广告" in page.locator("h1").inner_text()
    html = page.content()
    assert product.shop not in html.replace(f"{product.shop}/picture/", ""), "no affiliate address in the page"
    link = page.locator("a[href^='/go/']:visible").first
    code = link.get_attribute("href").split("/go/")[1].split("?")[0]
    # A worker fetches the affiliate link after publication; a reader who is quicker reaches the plain item.
    wait_until(lambda: code in target_of(product, code), 60)
    link.click()
    page.wait_for_url(f"{product.shop}/item/**")
    return code


def target_of(product: Product, code: str) -> str:
    """Where the exit sends somebody else now."""
    connection = http.client.HTTPConnection(urlsplit(product.url).netloc, timeout=10)
    connection.request("GET", f"/go/{code}", headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    target = connection.getresponse().headers.get("Location", "")
    connection.close()
    return target


def orders_of(product: Product, code: str) -> list[dict[str, Any]]:
    found = json.loads(product.manage("orders", "--network", "demo", "--json"))["orders"]
    return [order for order in found if order["sub_id"].startswith(code)]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_pasted_link_becomes_a_credited_order(visitor: Any, product: Product, width: int) -> None:
    title = f"浏览器里写的好价 {width}"
    writer = visitor("writer", width)
    write_a_deal(writer, product, title)
    approve(visitor("editor", width), product, title)

    reader = visitor("reader", width)
    code = read_and_click(reader, product, title)
    arrived = reader.locator("body").inner_text()
    assert product.url in arrived, "the shop sees our origin as Referer"
    assert code in arrived, "and the sub-ID"
    reader.shot("shop")
    reader.get_by_role("button", name="立即购买").click()
    reader.wait_for_url("**/orders/*")

    wait_until(lambda: orders_of(product, code), 90)
    order = orders_of(product, code)[0]
    assert order["author"] == "lin-keke"
    assert order["basis"] == "click"
    assert order["amount_minor"] == 10_900

    writer.goto(f"{product.url}/admin/earnings/")
    writer.locator("main").get_by_text(ITEM).first.wait_for()
    writer.shot("earnings")
    row = writer.locator("main").inner_text()
    assert "3.99" in row
    assert title in row

    wait_until(lambda: orders_of(product, code)[0]["state"] == "settled", 120)
    assert json.loads(product.manage("audit_ledger", "--json"))["ok"]


def test_a_crawler_is_shown_a_page_and_never_sent_to_the_shop(product: Product, chromium: Any) -> None:
    context = chromium.new_context(
        user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    )
    page = context.new_page()
    page.goto(f"{product.url}/digital/gan-charger-deal/")
    link = page.locator("a[href^='/go/']").first.get_attribute("href")
    answer = page.goto(product.url + link)
    assert answer.status == 200
    assert page.url.startswith(product.url)
    assert "noindex" in answer.headers["x-robots-tag"]
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_reader_pages_fit_the_screen_and_break_nothing(visitor: Any, product: Product, width: int) -> None:
    reader = visitor("reader", width)
    for label, path in {
        "front": "/",
        "deals": "/?tab=deals",
        "review": "/digital/headphones-commute/",
        "list": "/outdoor/hiking-starter/",
        "over": "/beauty/hair-dryer-expired/",
        "storefront": "/u/lao-zhou/",
        "search": "/search/?q=咖啡",
    }.items():
        reader.goto(product.url + path)
        wide = reader.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"
        reader.shot(label)


def test_a_second_start_changes_nothing_and_stopping_leaves_no_child(product: Product) -> None:
    before = json.loads(product.manage("stats", "--json"))
    product.manage("prepare")
    after = json.loads(product.manage("stats", "--json"))
    assert after["orders"].keys() == before["orders"].keys()
    assert after["ledger"]["imbalance_minor"] == 0
    assert json.loads(product.manage("demo", "--json"))["posts"] == 28
