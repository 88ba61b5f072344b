"""Which app a reader is in: strings seen in the wild, one or more for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.tracking.exit.apps import client_class
from affiliate.tracking.exit.classify import client_of

IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; PHF110 Build/RKQ1.211119.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36"
)
WECHAT_IOS = f"{IOS} MicroMessenger/8.0.22(0x18001626) NetType/WIFI Language/zh_CN"
WECHAT_ANDROID = (
    f"{ANDROID} XWEB/1160117 MMWEBSDK/20231202 MicroMessenger/8.0.46.2540(0x28002E3C) WeChat/arm64 Weixin NetType/5G"
)

SAMPLES = [
    (WECHAT_IOS, "wechat", "ios"),
    (WECHAT_ANDROID, "wechat", "android"),
    (
        "Mozilla/5.0 (Phone; OpenHarmony 5.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 "
        "ArkWeb/4.1.6.1 Mobile MicroMessenger/8.0.9.39(0xf3100927) Weixin NetType/WIFI XWEB/1140307",
        "wechat",
        "harmony",
    ),
    (f"{WECHAT_IOS} miniProgram/wx0123456789abcdef", "wechat_mini", "ios"),
    (f"{WECHAT_ANDROID} miniProgram/wx0123456789abcdef", "wechat_mini", "android"),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 "
        "Safari/537.36 NetType/WIFI MicroMessenger/6.8.0(0x16080000) MacWechat/3.8.10(0x13080a10) XWEB/1227",
        "wechat_pc",
        "desktop",
    ),
    (
        f"{WINDOWS} NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) "
        "UnifiedPCWindowsWechat(0xf2541022) XWEB/16467 Flue",
        "wechat_pc",
        "desktop",
    ),
    (f"{IOS} wxwork/4.1.39 MicroMessenger/7.0.1 Language/zh ColorScheme/Light wwmver/3.26.38.377", "wecom", "ios"),
    (f"{WINDOWS} wxwork/4.1.39 (MicroMessenger/6.2) WindowsWechat MailPlugin_Electron WeMail", "wecom", "desktop"),
    (f"{IOS} QQ/9.0.85.612 V1_IPH_SQ_9.0.85_1_APP_A Pixel/1179 Core/WKWebView NetType/WIFI", "qq", "ios"),
    (
        "Mozilla/5.0 (Linux; Android 6.0.1; MI 5s Build/MXB48T; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
        "Chrome/53.0.2785.49 Mobile MQQBrowser/6.2 TBS/043124 Safari/537.36 V1_AND_SQ_6.7.1 QQ/6.7.1.3105 NetType/4G",
        "qq",
        "android",
    ),
    (
        "Mozilla/5.0 (Linux; U; Android 14; zh-cn; V2417A Build/UP1A.231005.007) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Version/4.0 Chrome/109.0.5414.86 MQQBrowser/15.5 Mobile Safari/537.36 COVC/047303",
        "qqbrowser",
        "android",
    ),
    (f"{IOS} Weibo (iPhone3,2__weibo__4.2.5__iphone__os7.0.4)", "weibo", "ios"),
    (f"{ANDROID} Weibo (HUAWEI-HUAWEI MLA-AL10__weibo__9.4.3__android__android6.0)", "weibo", "android"),
    (
        f"{IOS} Ariver/1.1.0 AliApp(AP/10.2.65.8000) Nebula WK AlipayClient/10.2.65.8000 Language/zh-Hans",
        "alipay",
        "ios",
    ),
    (
        f"{ANDROID} UWS/3.22.2.43 UCBS/3.22.2.43_220223200704 Nebula AliApp(AP/10.3.0.8000) AlipayClient/10.3.0.8000",
        "alipay",
        "android",
    ),
    (f"{IOS} AliApp(TB/10.14.0) WindVane/8.7.2 UT4Aplus/0.0.4 828x1792 WK", "taobao", "ios"),
    (
        f"{ANDROID} AliApp(TB/10.48.30.2079) UCBS/2.11.1.1 TTID/6@taobao_android WindVane/8.5.0",
        "taobao",
        "android",
    ),
    (f"{IOS} AliApp(TM/15.0.0) WindVane/8.7.2", "tmall", "ios"),
    (
        "jdapp;iPhone;10.0.2;14.3;network/4g;Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) "
        "AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148;supportJDSHWK/1",
        "jd",
        "ios",
    ),
    (
        "jdapp;android;10.0.5;11;;network/wifi;model/M2102K1C;osVer/30;appBuild/88681;partner/lc001;eufv/1;"
        "jdSupportDarkMode/0;Mozilla/5.0 (Linux; Android 11; M2102K1C Build/RKQ1.201112.002; wv) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Version/4.0 Chrome/77.0.3865.120 MQQBrowser/6.2 TBS/045534 Mobile Safari/537.36",
        "jd",
        "android",
    ),
    (f"{IOS} phh_ios_version/7.29.0 phh_ios_build/202408 pversion/0", "pdd", "ios"),
    (f"android {ANDROID}  phh_android_version/6.28.0 phh_android_build/0b22768b pversion/0", "pdd", "android"),
    (
        f"{IOS} aweme_31.9.0 Region/CN AppTheme/light JsSdk/2.0 ByteLocale/zh aweme/31.9.0 BytedanceWebview/d8a21c6",
        "douyin",
        "ios",
    ),
    (f"{ANDROID} aweme_230400 JsSdk/1.0 AppName/aweme ByteLocale/zh-CN BytedanceWebview/d8a21c6", "douyin", "android"),
    (f"{IOS} NewsArticle/9.1.9.20 JsSdk/2.0 NetType/WIFI (News 9.1.9 15.100000)", "toutiao", "ios"),
    (f"{ANDROID} JsSdk/2 NewsArticle/9.1.0 NetType/wifi", "toutiao", "android"),
    (f"{ANDROID} musical_ly_2022 ByteLocale/en", "bytedance_other", "android"),
    (
        "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
        "Kwai/12.9.10.8962 ISLP/0 NetType/WIFI Yoda/3.0.3.1",
        "kuaishou",
        "ios",
    ),
    (f"{ANDROID} Yoda/3.1.2-rc1 ksNebula/11.4.10.5532 OS_PRO_BIT/64 NetType/WIFI", "kuaishou_lite", "android"),
    (f"{IOS} discover/8.45.1 (iPhone; iOS 17.5; Scale/3.00) xhsdiscover NetType/WiFi", "xiaohongshu", "ios"),
    (f"{ANDROID} xhsdiscover NetType/WiFi", "xiaohongshu", "android"),
    (f"{IOS} BiliApp/83000100 os/ios model/iPhone 13 mobi_app/iphone", "bilibili", "ios"),
    (f"{ANDROID} os/android model/SM-S9080 build/7760700 BiliApp/7760700 mobi_app/android", "bilibili", "android"),
    (f"{IOS} AliApp(DingTalk/5.1.12) com.laiwang.DingTalk/13441885 Channel/201200 WK", "dingtalk", "ios"),
    (f"{ANDROID} UCBrowser/11.9.4.974 AliApp(DingTalk/5.0.6) com.alibaba.android.rimet", "dingtalk", "android"),
    (f"{IOS} baiduboxapp/13.60.0.10", "baidu", "ios"),
    (f"{ANDROID} SP-engine/2.41.0 baiduboxapp/13.3.5.10 (Baidu; P1 9) NABar/1.0", "baidu", "android"),
    (
        "Mozilla/5.0 (Linux; U; Android 5.1; zh-CN; TETC-F5 Build/LMY47D) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/78.0.3904.108 UCBrowser/15.0.6.1196 Mobile Safari/537.36",
        "uc",
        "android",
    ),
    (
        "Mozilla/5.0 (Linux; U; Android 12; OpenHarmony 6.0; zh-CN) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/123.0.6312.80 UCBrowser/18.1 Mobile Safari/537.36 ArkWeb/4.1.6.1",
        "uc",
        "harmony",
    ),
    (
        "Mozilla/5.0 (Linux; Android 6.0; NEM-AL10 Build/HONORNEM-AL10; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/57.0.2987.132 MQQBrowser/6.2 TBS/043906 Mobile Safari/537.36 MicroMessenger/6.6.1.1220 "
        "NetType/WIFI QQ/6.7.1",
        "wechat",
        "android",
    ),
    (f"{IOS} Quark/5.8.9.1457 Mobile", "quark", "ios"),
    (
        "Mozilla/5.0 (Linux; U; Android 16; zh-CN; V2505A Build/BP2A.250605.031.A3_V000L1) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Version/4.0 Chrome/123.0.6312.80 Quark/7.17.2.922 Mobile Safari/537.36",
        "quark",
        "android",
    ),
    (f"{ANDROID} UCBrowser/11.9 AliApp(LT/9.9.0) Eleme/10.1", "taobao_lite", "android"),
    (f"{IOS} AliApp(Fish/7.1.0) WindVane/8.5", "xianyu", "ios"),
    (f"{IOS} Eleme/10.1 AliApp(TB/10.1)", "taobao", "ios"),
    (f"{IOS} Eleme/10.1", "eleme", "ios"),
    (f"{ANDROID} aweme_230400 douyin_lite BytedanceWebview/d8a21c6", "douyin_lite", "android"),
    (f"ZhihuHybrid com.zhihu.android/Futureve/5.32.1 {ANDROID}", "zhihu", "android"),
    (f"{ANDROID} MiuiBrowser/17.1", "vendor_browser", "android"),
    (f"{ANDROID} TitansX/20.0 KNB/1.2", "meituan", "android"),
    (f"{IOS} Lark/7.0", "feishu", "ios"),
    (ANDROID, "webview_other", "android"),
    (IOS, "webview_other", "ios"),
    (f"{IOS} Version/15.5 Safari/604.1", "browser", "ios"),
    (WINDOWS, "browser", "desktop"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Element/1.11 Chrome/126 Safari/537.36", "browser", "desktop"),
]


@pytest.mark.parametrize(("user_agent", "app", "platform"), SAMPLES, ids=lambda value: str(value)[-24:])
def test_an_app_is_known_by_its_user_agent(user_agent, app, platform):
    assert client_class(user_agent) == (app, platform)


@pytest.mark.parametrize("user_agent", [sample[0] for sample in SAMPLES], ids=lambda value: value[-24:])
def test_no_readers_app_is_taken_for_a_bot(user_agent):
    assert client_of(user_agent).automatic == ""


@given(st.text(max_size=300))
def test_no_user_agent_breaks_the_judgement(user_agent):
    client = client_of(user_agent)
    assert client.automatic in {"", "bot", "prefetch", "suspect"}
    assert len(client.app) <= 20
    assert len(client.platform) <= 10
