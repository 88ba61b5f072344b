"""A passkey in a real browser: set up, as second factor, and as the only thing a login needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Product

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(420)]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def log_in(page: Any, site: str, product: Product, name: str) -> None:
    page.goto(f"{site}/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", product.logins[name])
    page.click("button[type=submit]")


def test_a_passkey_is_added_asked_for_and_enough_by_itself(visitor: Any, product: Product) -> None:
    page = visitor("passkey", 360)
    # A passkey belongs to a name, and an address in numbers is none.
    site = product.url.replace("127.0.0.1", "localhost")
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    log_in(page, site, product, "operator")
    page.wait_for_url("**/admin/")
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.fill("[name=password]", product.logins["operator"])
    page.click("main form button.button--main")
    page.wait_for_url("**/webauthn/add/**")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.shot("codes")
    page.context.clear_cookies()
    log_in(page, site, product, "operator")
    page.wait_for_url("**/2fa/authenticate/")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/admin/")
    page.context.clear_cookies()
    page.goto(f"{site}/admin/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/admin/")
    product.manage("reset_second_factor", "operator")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_an_account_fit_the_screen(visitor: Any, product: Product, width: int) -> None:
    page = visitor("account", width)
    for label, path in {
        "login": "/admin/login/",
        "apply": "/account/signup/",
        "reset": "/account/password/reset/",
    }.items():
        page.goto(product.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.shot(label)
    log_in(page, product.url, product, "writer")
    page.wait_for_url("**/admin/")
    for label, path in {
        "profile": "/account/profile/",
        "sessions": "/account/sessions/",
        "factors": "/account/2fa/",
    }.items():
        page.goto(product.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.shot(label)
