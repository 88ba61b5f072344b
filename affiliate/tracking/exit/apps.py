"""Which app and platform a reader is in, told from the user agent. Tokens overlap: the order of tests is the point."""

from __future__ import annotations

import re
from typing import NamedTuple


class ClientClass(NamedTuple):
    """`app` is a key of the table below or `browser`; `platform` ios, android, harmony or desktop."""

    app: str
    platform: str


def _rule(app: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return app, re.compile(pattern, re.IGNORECASE)


APPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("wecom", r"wxwork/"),  # also says MicroMessenger
    _rule("wechat_mini", r"MicroMessenger.*miniProgram|miniProgram.*MicroMessenger"),  # QQ's says miniProgram too
    _rule("wechat_pc", r"(?:WindowsWechat|MacWechat|UnifiedPC\w*Wechat\()"),
    _rule("wechat", r"MicroMessenger/"),  # before QQ: old Android strings hold MQQBrowser and even QQ/
    _rule("dingtalk", r"DingTalk"),
    _rule("alipay", r"AlipayClient/|AliApp\(AP"),
    _rule("tmall", r"AliApp\(TM"),
    _rule("taobao", r"AliApp\(TB"),  # before UC: old ones hold UCBrowser
    _rule("taobao_lite", r"AliApp\(LT"),
    _rule("xianyu", r"AliApp\(Fish"),
    _rule("eleme", r"\beleme(?!nt)"),
    _rule("jd", r"jdapp;|jdltapp|jdpingou|jdjr"),  # Android's hold MQQBrowser/6.2 TBS
    _rule("pdd", r"phh_android_version|phh_ios_version"),
    _rule("weibo", r"Weibo \(|__weibo__"),
    _rule("douyin_lite", r"douyin_lite"),
    _rule("douyin", r"aweme"),  # before the general test of ByteDance
    _rule("toutiao", r"NewsArticle/|NewsLite"),
    _rule("bytedance_other", r"BytedanceWebview|ByteLocale|musical_ly|trill_"),
    _rule("kuaishou_lite", r"ksNebula/"),
    _rule("kuaishou", r"Kwai/|ksthanos|Kwai_Pro|\bYoda/"),
    _rule("xiaohongshu", r"xhsdiscover|(?:Mobile|Android|iPhone).*\bdiscover/\d"),
    _rule("bilibili", r"BiliApp/|BiliDroid/|bili-universal|BiliBili/"),
    _rule("zhihu", r"ZhihuHybrid|osee2unified|com\.zhihu\.android"),
    _rule("baidu", r"baiduboxapp/"),
    _rule("qq", r"\bQQ/[\d.]+"),
    _rule("quark", r"Quark/"),
    _rule("uc", r"UCBrowser/"),
    _rule("qqbrowser", r"MQQBrowser/"),
    _rule("vendor_browser", r"MiuiBrowser|HuaweiBrowser|VivoBrowser|HeyTapBrowser|MZBrowser"),
    _rule("meituan", r"MeituanHybrid|TitansX|\bKNB/|\bMeituan/"),
    _rule("feishu", r"\bLark/|\bFeishu/"),
    _rule("webview_other", r"Android.*; wv\)|^(?!.*(?:Version/|Safari/)).*like Mac OS X"),
)

# HarmonyOS first: UC there says "Android 12; OpenHarmony 6.0".
PLATFORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("harmony", r"OpenHarmony|ArkWeb"),
    _rule("ios", r"iPhone|iPad|iPod"),
    _rule("android", r"Android"),
)


def client_class(user_agent: str) -> ClientClass:
    """The app and the platform of a user agent. Pure; knows nothing of bots."""
    app = next((name for name, pattern in APPS if pattern.search(user_agent)), "browser")
    platform = next((name for name, pattern in PLATFORMS if pattern.search(user_agent)), "desktop")
    return ClientClass(app, platform)
