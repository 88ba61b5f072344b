"""The pages of tracked links, and the cookie of staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from affiliate.people.api import User
from affiliate.tracking.exit import staff
from affiliate.tracking.exit.handover import ENVIRON_KEY, Handover, Reason
from affiliate.tracking.models import LinkState, PlacementLink
from affiliate.tracking.views import go

pytestmark = pytest.mark.django_db
AFFILIATE = "https://s.shop.example/earning"
APP_LINK = "shopapp://item/0?from=earning"


@pytest.fixture
def placement(place):
    placement = place(1)[0]
    PlacementLink.objects.filter(placement=placement).update(
        state=LinkState.READY,
        url=AFFILIATE,
        token_text="8￥复制这段￥ https://m.example",
        deeplink=APP_LINK,
        expires_at=None,
    )
    return placement


def show(reason, placement=None, **words):
    code = placement.code if placement else "zzzz9999"
    request = RequestFactory().get(f"/go/{code}")
    request.META[ENVIRON_KEY] = Handover(reason, code, **words)
    request.user = User()
    response = go(request, code)
    return response, response.content.decode()


def test_the_card_shows_the_post_and_no_affiliate_link(placement):
    response, html = show(Reason.CARD, placement)
    assert response.status_code == 200
    assert placement.page_title in html
    assert f'rel="canonical" href="http://127.0.0.1:8000{placement.page_url}"' in html
    assert "noindex" in html
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert AFFILIATE not in html
    assert "shop.example/item" not in html


def test_the_helping_page_has_the_password_the_picture_and_the_address_in_its_html(placement):
    response, html = show(Reason.HELP, placement, app="wechat", platform="ios")
    assert response.status_code == 200
    assert "8￥复制这段￥" in html
    assert "<svg" in html
    assert f"http://127.0.0.1:8000/go/{placement.code}" in html
    assert f"/go/{placement.code}?open=1" in html
    assert AFFILIATE not in html
    assert " style=" not in html
    assert "onclick" not in html


def test_the_apps_page_has_the_app_link_the_web_page_and_the_password_without_script(placement):
    response, html = show(Reason.APP, placement, app="browser", platform="ios")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in html
    assert f'href="{APP_LINK}"' in html
    assert f'href="/go/{placement.code}?open=1"' in html
    assert "8￥复制这段￥" in html
    assert AFFILIATE not in html
    assert " style=" not in html
    assert "onclick" not in html


@pytest.mark.parametrize("link", ["javascript://x/%0aalert(1)", "https://evil.example/", "other://item/0", ""])
def test_an_app_link_of_another_scheme_is_never_shown_and_the_web_page_still_is(placement, link):
    PlacementLink.objects.update(deeplink=link)
    html = show(Reason.APP, placement)[1]
    assert "data-opens-app" not in html
    assert "alert(1)" not in html
    assert f'href="/go/{placement.code}?open=1"' in html


@pytest.mark.parametrize("reason", [Reason.HELP, Reason.CARD, Reason.MISSING])
def test_the_app_link_stands_on_the_apps_page_alone(placement, reason):
    assert APP_LINK not in show(reason, placement)[1]


def test_an_app_link_that_has_run_out_is_never_shown(placement):
    PlacementLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    html = show(Reason.APP, placement)[1]
    assert APP_LINK not in html
    assert "8￥复制这段￥" not in html


@pytest.mark.parametrize("reason", [Reason.HELP, Reason.APP, Reason.CARD])
def test_label_and_disclosure_stand_above_the_first_way_to_the_shop(placement, reason):
    html = show(reason, placement)[1]
    disclosure = html[html.index('class="disclosure"') :]
    assert "广告" in disclosure[: disclosure.index('rel="sponsored nofollow noopener"')]


@pytest.mark.parametrize(("network", "named"), [("jd", "京东"), ("demo", "演示商店"), ("direct", "某某旗舰店")])
def test_what_is_named_is_the_app_that_opens_and_not_the_shop_inside_it(placement, network, named):
    placement.item.network, placement.item.shop = network, "某某旗舰店"
    placement.item.save()
    title = show(Reason.HELP, placement)[1].split("<title>")[1].split("</title>")[0]
    assert named in title
    assert network == "direct" or "某某旗舰店" not in title


def test_a_preview_gets_the_label_in_its_title_and_a_picture_that_has_it_too(placement):
    placement.item.image_url = "/static/demo/items/one.webp"
    placement.item.save()
    html = show(Reason.CARD, placement)[1]
    assert 'property="og:image" content="http://127.0.0.1:8000/static/reader/share-ad.png"' in html
    assert 'property="og:title" content="【广告】' in html


def test_a_password_that_has_run_out_is_never_shown(placement):
    PlacementLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "8￥复制这段￥" not in show(Reason.HELP, placement)[1]


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.CLOSED])
def test_a_dead_end_is_a_friendly_404(placement, reason):
    response, html = show(reason, placement)
    assert response.status_code == 404
    assert "/search/" in html
    assert AFFILIATE not in html


def test_hostile_titles_are_text(placement):
    placement.item.title = "<script>alert(1)</script>"
    placement.item.save()
    assert "<script>alert(1)" not in show(Reason.CARD, placement)[1]


def test_without_the_exit_a_code_shows_its_card_and_redirects_nobody(client, placement):
    response = client.get(f"/go/{placement.code}")
    assert response.status_code == 200
    assert placement.page_title in response.content.decode()
    assert client.get("/go/zzzz9999").status_code == 404
    assert client.post(f"/go/{placement.code}").status_code == 405


def test_pages_take_a_constant_number_of_queries(placement, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        show(Reason.HELP, placement)
    with django_assert_max_num_queries(6):
        show(Reason.APP, placement)


def test_whoever_logs_in_gets_the_staff_cookie_once_and_loses_it_at_the_logout(client, settings):
    user = User.objects.create_superuser("wei", password="pass")
    assert staff.COOKIE not in client.get("/go/zzzz9999").cookies
    client.force_login(user)
    cookie = client.get("/go/zzzz9999").cookies[staff.COOKIE]
    assert staff.is_valid(f"zc_staff={cookie.value}", settings.SECRET_KEY, timezone.now().timestamp())
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("/go/", True, "Lax")
    assert staff.COOKIE not in client.get("/go/zzzz9999").cookies
    response = client.post("/admin/logout/")
    assert response.cookies[staff.COOKIE].value == ""
