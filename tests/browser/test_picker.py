"""The product picker in a real browser: what is asked in the background takes nothing out of a writer's hands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Product
from tests.browser.test_loop import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(420)]


def test_whoever_chooses_another_product_keeps_the_field(visitor: Any, product: Product) -> None:
    page = visitor("chooser", 1280)
    log_in(page, product, "writer")
    page.click("text=写到「数码」")
    page.click("main a[href*='dealpage']")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="商品").click()
    box = page.locator("textarea.zc-picker__box")
    box.fill("https://item.jd.com/100012043978.html")
    box.press("Enter")
    page.get_by_role("button", name="换一个").wait_for()
    with page.expect_response(lambda answer: "/desk/items/?ids=" in answer.url):
        page.get_by_role("button", name="换一个").click()
        box.fill("还在打字")
    page.wait_for_timeout(200)  # the answer has come; whatever it does is done now
    assert box.is_visible() and box.input_value() == "还在打字"
