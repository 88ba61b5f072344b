"""Where a tracked link leads, by the app the reader is in: the page with the 口令, the page that opens an app."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import AGENT, Product, shot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(420)]

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WECHAT = f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.50(0x18003231) NetType/WIFI Language/zh_CN"
SAFARI = f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
WEB = "https://s.click.taobao.com/t?e=m%3D2"
APP = "tbopen://m.taobao.com/tbopen/index.html?h5Url=https%3A%2F%2Fs.click.taobao.com%2Ft&action=ali.open.nav"
PASSWORD = "8￥ CZ0001 TesTcLmNoPq￥ https://m.tb.cn/h.TESTC  测试牌 无线降噪头戴耳机"
PLACE = f"""
import json
from django.db import transaction
from affiliate.catalog.api import Item
from affiliate.people.api import Author
from affiliate.tracking import targets
from affiliate.tracking.models import LinkState, Placement, PlacementLink
item, _ = Item.objects.get_or_create(network="taobao", item_id="600000000001", defaults=dict(
    title="测试牌 无线降噪头戴耳机 长续航 通勤", url="https://item.taobao.com/item.htm?id=600000000001"))
with transaction.atomic():
    targets.lock()
    placement, _ = Placement.objects.get_or_create(code="tbaoexit2", defaults=dict(page_id=999999, block_path="b",
        page_title="通勤耳机", page_url="/digital/headphones-commute/", author=Author.objects.first(), item=item))
    PlacementLink.objects.update_or_create(placement=placement, defaults=dict(
        state=LinkState.READY, url="{WEB}", deeplink="{APP}", token_text="{PASSWORD}"))
    placement = Placement.objects.select_related("item", "link").get(pk=placement.pk)
    targets.write([placement])
"""
KINDS = """
import json
from affiliate.tracking.models import Click
print(json.dumps(list(Click.objects.filter(code="tbaoexit2").order_by("pk").values_list("kind", "app"))))
"""
LOOK = """() => {
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
  const shown = [...document.querySelectorAll("main a, main button, main p, main li, main h1, main h2")].filter(
    element => element.checkVisibility({ visibilityProperty: true }) && element.innerText.trim());
  return {
    wide: document.documentElement.scrollWidth,
    small: shown.filter(e => e.matches("a.button, button")).map(e => e.getBoundingClientRect()).filter(
      box => box.height < 44 || box.width < 44).length,
    pale: shown.map(e => {
      const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      return [e.innerText.slice(0, 30), (a + 0.05) / (b + 0.05)];
    }).filter(([_words, contrast]) => contrast < 4.5),
    headings: [...document.querySelectorAll("main h1, main h2")].map(e => e.tagName),
  };
}"""


@pytest.fixture(scope="module")
def link(product: Product) -> str:
    """A tracked link to a thing at Taobao, in every form that Taobao gives."""
    product.manage("shell", "-c", PLACE)
    return f"{product.url}/go/tbaoexit2"


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    contexts = []

    def make(agent: str, **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, user_agent=agent, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()


def is_fit(page: Any) -> None:
    """360 px wide, thumbs and eyes served, the label above, nothing for a search engine."""
    look = page.evaluate(LOOK)
    assert (look["wide"], look["small"], look["pale"]) == (360, 0, [])
    assert look["headings"][0] == "H1" and look["headings"].count("H1") == 1
    assert "广告" in page.locator(".disclosure").inner_text()
    assert "noindex" in page.locator('meta[name="robots"]').get_attribute("content")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_taobao_link_inside_wechat_becomes_the_page_with_the_password(link: str, phone: Any, scheme: str) -> None:
    page = phone(WECHAT, color_scheme=scheme)
    answer = page.goto(link)
    assert (answer.status, "no-store" in answer.headers["cache-control"]) == (200, True)
    assert "复制口令" in page.locator("h1").inner_text()
    assert page.locator("#go-password").inner_text() == re.sub(" +", " ", PASSWORD)
    assert "淘宝" in page.locator(".go__steps").inner_text()
    is_fit(page)
    shot(page, f"exit-wechat-{scheme}-360", True)


def test_the_password_is_copied_at_a_tap_and_not_before(link: str, phone: Any) -> None:
    page = phone(WECHAT, permissions=["clipboard-read", "clipboard-write"])
    page.goto(link)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.reload()
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    page.get_by_role("button", name="复制口令").click()
    page.get_by_text("已复制，请打开").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == PASSWORD


def test_where_copying_is_refused_the_text_is_selected_and_the_reader_told(link: str, phone: Any) -> None:
    page = phone(WECHAT)
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false;")
    page.goto(link)
    page.get_by_role("button", name="复制口令").click()
    page.get_by_text("请长按文字复制").first.wait_for()
    assert "TesTcLmNoPq" in page.evaluate("getSelection().toString()")


def test_without_script_the_password_can_be_selected_and_no_dead_button_is_shown(link: str, phone: Any) -> None:
    page = phone(WECHAT, java_script_enabled=False)
    page.goto(link)
    assert page.locator("#go-password").is_visible()
    assert page.locator("button[data-copy]:visible").count() == 0
    shot(page, "exit-wechat-noscript-360", True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_a_tap_opens_the_app_and_the_web_page_is_beside_it(link: str, phone: Any, scheme: str) -> None:
    page = phone(SAFARI, color_scheme=scheme)
    page.goto(link)
    button = page.get_by_role("link", name=re.compile("打开淘宝"))
    assert button.get_attribute("href") == APP
    web = page.get_by_role("link", name="用网页打开")
    assert web.get_attribute("href") == "/go/tbaoexit2?open=1"
    answer = page.request.get(f"{link}?open=1", max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (302, WEB)
    is_fit(page)
    shot(page, f"exit-app-{scheme}-360", True)


def test_where_no_app_opens_the_page_says_where_to_go_on_and_jumps_nowhere(link: str, phone: Any) -> None:
    page = phone(SAFARI)
    page.goto(link)
    address = page.url
    page.get_by_role("link", name=re.compile("打开淘宝")).click()
    page.get_by_text("没有反应？").wait_for()
    assert page.url == address


def test_a_computer_goes_straight_on_a_robot_nowhere_and_every_visit_is_recorded_once(
    link: str, product: Product, phone: Any
) -> None:
    before = len(json.loads(product.manage("shell", "-v", "0", "-c", KINDS)))
    for agent, status in ((AGENT, 302), (GOOGLE, 200), (WECHAT, 200)):
        answer = phone(agent).request.get(link, max_redirects=0)
        assert (answer.status, answer.headers.get("location")) == (status, WEB if status == 302 else None)
        if agent == GOOGLE:
            assert "tbopen" not in answer.text() and "TesTcLmNoPq" not in answer.text()
    rows = json.loads(product.manage("shell", "-v", "0", "-c", KINDS))[before:]
    assert [app for _kind, app in rows] == ["browser", "browser", "wechat"]
    assert rows[1][0] == "bot" and {rows[0][0], rows[2][0]} <= {"human", "duplicate", "suspect"}
