"""Which form of a link a reader is given: the rows an installation starts with, and how they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.tracking.admin.app_rules import APP_NAMES, PLATFORMS
from affiliate.tracking.exit import apps
from affiliate.tracking.exit.addresses import safe_app_link
from affiliate.tracking.exit.forms import Form, FormRules
from affiliate.tracking.models import AppRule
from affiliate.tracking.tests.test_apps import ANDROID, IOS, WECHAT_ANDROID, WECHAT_IOS, WINDOWS

SAFARI = f"{IOS} Version/15.5 Safari/604.1"
CHROME = ANDROID.replace("; wv", "").replace("Version/4.0 ", "")
HARMONY = "Mozilla/5.0 (Phone; OpenHarmony 5.1) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile"
QQ = f"{IOS} QQ/9.0.85.612 V1_IPH_SQ_9.0.85_1_APP_A"
WEIBO = f"{IOS} Weibo (iPhone3,2__weibo__4.2.5__iphone__os7.0.4)"
ALIPAY = f"{IOS} AliApp(AP/10.2.65.8000) AlipayClient/10.2.65.8000"
DOUYIN = f"{IOS} aweme_31.9.0 BytedanceWebview/d8a21c6"
TAOBAO = f"{IOS} AliApp(TB/10.14.0) WindVane/8.7.2"
JD = "jdapp;iPhone;10.0.2;14.3;Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) Mobile/15E148"
UC = f"{CHROME} UCBrowser/15.0.6.1196"

STARTS = [
    (WECHAT_IOS, "taobao", Form.HELP),
    (WECHAT_ANDROID, "taobao", Form.HELP),
    (f"{HARMONY} MicroMessenger/8.0.9.39", "taobao", Form.HELP),
    (f"{WINDOWS} MicroMessenger/7.0.20 WindowsWechat(0x63090a13)", "taobao", Form.HELP),
    (f"{WECHAT_IOS} miniProgram/wx0123456789abcdef", "jd", Form.HELP),
    (WECHAT_IOS, "jd", Form.WEB),
    (WECHAT_IOS, "pdd", Form.WEB),
    (QQ, "taobao", Form.APP),
    (QQ, "jd", Form.WEB),
    (WEIBO, "taobao", Form.HELP),
    (WEIBO, "jd", Form.WEB),
    (ALIPAY, "taobao", Form.WEB),
    (DOUYIN, "douyin", Form.WEB),
    (DOUYIN, "taobao", Form.HELP),
    (TAOBAO, "taobao", Form.WEB),
    (TAOBAO, "jd", Form.HELP),
    (JD, "jd", Form.WEB),
    (JD, "pdd", Form.HELP),
    (SAFARI, "taobao", Form.APP),
    (SAFARI, "jd", Form.WEB),
    (CHROME, "taobao", Form.APP),
    (CHROME, "douyin", Form.APP),
    (UC, "taobao", Form.APP),
    (HARMONY, "taobao", Form.WEB),
    (WINDOWS, "taobao", Form.WEB),
    (ANDROID, "taobao", Form.WEB),
    ("", "taobao", Form.WEB),
    ("curl/8.5.0", "taobao", Form.WEB),
    (SAFARI, "demo", Form.WEB),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("user_agent", "network", "form"), STARTS, ids=lambda value: str(value)[-20:])
def test_an_installation_starts_with_what_is_known_of_the_apps(user_agent, network, form):
    rules = FormRules(AppRule.objects.values_list("app", "platform", "network", "form"))
    assert rules.form(*apps.client_class(user_agent), network) is form


@pytest.mark.django_db
def test_every_row_speaks_of_an_app_and_a_platform_that_the_exit_can_tell():
    assert set(AppRule.objects.values_list("app", flat=True)) <= APP_NAMES.keys()
    assert set(AppRule.objects.values_list("platform", flat=True)) <= {"", *PLATFORMS}


def test_people_have_a_name_for_every_app_and_platform_the_exit_tells_apart():
    assert APP_NAMES.keys() == {"browser", *(app for app, _pattern in apps.APPS)}
    assert PLATFORMS.keys() == {"desktop", *(platform for platform, _pattern in apps.PLATFORMS)}


def test_the_most_exact_row_wins_and_without_one_it_is_the_web():
    rules = FormRules(
        [
            ("wechat", "", "*", "help"),
            ("wechat", "ios", "*", "web"),
            ("wechat", "", "jd", "web"),
            ("wechat", "android", "jd", "app"),
        ]
    )
    asked = [("android", "pdd"), ("ios", "pdd"), ("ios", "jd"), ("android", "jd")]
    assert [rules.form("wechat", *one) for one in asked] == [Form.HELP, Form.WEB, Form.WEB, Form.APP]
    assert [rules.form("wechat", *one) for one in asked] == [Form.HELP, Form.WEB, Form.WEB, Form.APP]
    assert rules.form("qq", "ios", "jd") is Form.WEB


def test_a_form_that_nobody_knows_is_the_web():
    assert FormRules([("qq", "", "*", "<hologram>")]).form("qq", "ios", "jd") is Form.WEB


APP_LINK = "tbopen://m.taobao.com/tbopen/index.html?h5Url=https%3A%2F%2Fs.click.taobao.com%2Fx&module=h5"


@pytest.mark.parametrize("link", [APP_LINK, APP_LINK.replace("tbopen", "TbOpen")])
def test_a_link_of_the_networks_own_app_stays_as_it_is(link):
    assert safe_app_link(link, ("tbopen",)) == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript://m.taobao.com/%0aalert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,<script>",
        "https://evil.example/",
        "//evil.example/",
        "intent://x#Intent;scheme=tbopen;S.browser_fallback_url=https%3A%2F%2Fevil.example;end",
        "openapp.jdmobile://virtual?params=1",
        "tbopen://a b",
        "tbopen://a\nb",
        'tbopen://a"onclick=b',
        "tbopen://a'b",
        "tbopen://a<b>",
        "tbopen://a\\b",
        "tbopen://淘宝",
        " tbopen://a",
        "tbopen:a",
        "tbopen://a?sub={token}",
        "tbopen://" + "a" * 2000,
    ],
)
def test_what_is_no_plain_link_of_the_networks_own_app_is_none(link):
    assert safe_app_link(link, ("tbopen",)) == ""


@given(st.text(max_size=100))
def test_no_text_becomes_a_link_of_another_scheme(text):
    assert safe_app_link(text, ("tbopen",)) in ("", text)
    assert safe_app_link(text, ()) == ""
