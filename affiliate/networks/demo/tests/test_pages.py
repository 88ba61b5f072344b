"""The shop as a person meets it, over HTTP."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from affiliate.networks.demo.shop.server import ShopServer


@pytest.fixture
def browser(address: str):
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def test_the_front_page_shows_every_article_and_says_that_it_is_a_demo(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    assert page.text.count('href="/item/demo-') == 60
    assert "no real goods" in page.text and "演示商店" in page.text
    assert browser.get("/?channel=food").text.count('href="/item/demo-') == 10


def test_a_product_page_says_who_sent_the_visitor_and_with_which_sub_id(browser: httpx.Client) -> None:
    page = browser.get("/item/demo-1003?sub=abcdefgh1", headers={"Referer": "http://site.test:8000/post/?x=1"})
    assert "http://site.test:8000<" in page.text and "/post/" not in page.text
    assert "<code>abcdefgh1</code>" in page.text


def test_a_reload_is_not_a_second_arrival(browser: httpx.Client, shop: ShopServer) -> None:
    for _ in range(3):
        browser.get("/item/demo-1003?sub=abcdefgh1")
    browser.head("/item/demo-1003?sub=another1")
    assert [arrival.sub for arrival in shop.shop.store.recent_arrivals(10)] == ["abcdefgh1"]


def test_a_purchase_carries_the_sub_id_even_of_another_article_of_the_visit(
    browser: httpx.Client, shop: ShopServer
) -> None:
    browser.get("/item/demo-1003?sub=abcdefgh1")
    browser.get("/item/demo-1031")
    answer = browser.post("/item/demo-1031/buy", data={"quantity": "2"})
    assert answer.status_code == 303
    (order,) = shop.shop.store.recent_orders(10)
    assert (order.item_id, order.sub, order.quantity, order.by_itself) == ("demo-1031", "abcdefgh1", 2, 0)
    assert order.order_id in browser.get(answer.headers["Location"]).text


def test_an_unfilled_token_is_no_sub_id_and_the_placement_stands_in(browser: httpx.Client, shop: ShopServer) -> None:
    browser.get("/item/demo-1003?placement=abcdefgh&sub={token}")
    assert shop.shop.store.recent_arrivals(1)[0].sub == "abcdefgh"


def test_an_order_can_be_confirmed_settled_and_refunded(browser: httpx.Client) -> None:
    order = browser.post("/item/demo-1003/buy").headers["Location"]
    for action, word in (("confirm", "已收货"), ("settle", "佣金已结算"), ("refund", "已退款")):
        assert browser.post(f"{order}/{action}").status_code == 303
        assert word in browser.get(order).text
    assert "<button" not in browser.get(order).text


def test_what_is_sold_out_cannot_be_bought(browser: httpx.Client, shop: ShopServer) -> None:
    assert browser.post("/item/demo-1010/buy").status_code == 409
    assert shop.shop.store.recent_orders(10) == []


def test_another_site_cannot_press_the_buttons(browser: httpx.Client, shop: ShopServer) -> None:
    answer = browser.post("/item/demo-1003/buy", headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403
    assert shop.shop.store.recent_orders(10) == []


@pytest.mark.parametrize(
    "path", ["/nothing", "/item/demo-9999", "/picture/demo-9999.webp", "/picture/../../store.py", "/orders/12345"]
)
def test_what_is_not_there_is_a_friendly_404(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404 and "没有这个页面" in answer.text


def test_what_a_visitor_brings_is_escaped(browser: httpx.Client) -> None:
    page = browser.get("/item/demo-1003?sub=<b>", headers={"Referer": 'http://a"><script>x</script>/'})
    assert "<script" not in page.text and "<b>" not in page.text


def test_a_large_or_broken_form_is_survived(browser: httpx.Client) -> None:
    assert browser.post("/item/demo-1003/buy", content=b"x" * 9000).status_code == 303
    assert browser.post("/item/demo-1003/buy", data={"quantity": "-1", "arrival": "9" * 30}).status_code == 303
    assert browser.get("/healthz").text == "ok\n"


def test_pages_have_no_script_and_a_strict_policy(browser: httpx.Client) -> None:
    for path in ("/", "/item/demo-1003?sub=abc", "/orders"):
        page = browser.get(path)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert not re.search(r"<script|style=| on\w+=", page.text)


def test_the_process_ends_at_once_on_term(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "affiliate.networks.demo.shop", "--port", str(port), "--data", str(tmp_path)]
    process = subprocess.Popen(command)
    try:
        client = httpx.Client(trust_env=False)
        for _ in range(200):
            try:
                assert client.get(f"http://127.0.0.1:{port}/").status_code == 200
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        client.close()
    finally:
        process.kill()
        process.wait()
    assert not list(tmp_path.glob("*-wal"))


def test_a_port_that_is_taken_is_said(shop: ShopServer, tmp_path: Path) -> None:
    port = str(shop.server_port)
    command = [sys.executable, "-m", "affiliate.networks.demo.shop", "--port", port, "--data", str(tmp_path / "x")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1 and f"cannot listen on 127.0.0.1:{port}" in ended.stderr
