"""Where links lead, in the admin: one row for an app, a platform and a network; a change holds within a second."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from affiliate.connections.api import network_name
from affiliate.networks.api import registry
from affiliate.tracking.exit.forms import ANY_NETWORK
from affiliate.tracking.models import AppRule

APP_NAMES = {
    "browser": "Safari, Chrome …",
    "wechat": "微信",
    "wechat_mini": "微信小程序",
    "wechat_pc": "微信电脑版",
    "wecom": "企业微信",
    "qq": "QQ",
    "weibo": "微博",
    "alipay": "支付宝",
    "taobao": "淘宝",
    "taobao_lite": "淘宝特价版",
    "tmall": "天猫",
    "xianyu": "闲鱼",
    "eleme": "饿了么",
    "jd": "京东",
    "pdd": "拼多多",
    "meituan": "美团",
    "douyin": "抖音",
    "douyin_lite": "抖音极速版",
    "toutiao": "今日头条",
    "bytedance_other": "字节跳动 …",
    "kuaishou": "快手",
    "kuaishou_lite": "快手极速版",
    "xiaohongshu": "小红书",
    "bilibili": "哔哩哔哩",
    "zhihu": "知乎",
    "baidu": "百度",
    "dingtalk": "钉钉",
    "feishu": "飞书",
    "uc": "UC",
    "quark": "夸克",
    "qqbrowser": "QQ 浏览器",
    "vendor_browser": "华为、小米、vivo、OPPO、魅族浏览器",
    "webview_other": "WebView",
}
"""What people call the apps that the exit tells apart."""
PLATFORMS = {"ios": "iOS", "android": "Android", "harmony": "HarmonyOS", "desktop": gettext_lazy("computer")}
EVERY = gettext_lazy("every one")


def platforms() -> list[tuple[str, object]]:
    return [("", EVERY), *PLATFORMS.items()]


def networks() -> list[tuple[str, object]]:
    return [(ANY_NETWORK, EVERY), *((slug, network_name(slug)) for slug in registry.slugs())]


class AppRuleForm(WagtailAdminModelForm):
    """Only what the exit knows can be chosen: a misspelt app would be a row that never speaks."""

    app = forms.ChoiceField(label=gettext_lazy("app"), choices=list(APP_NAMES.items()))
    platform = forms.ChoiceField(label=gettext_lazy("platform"), choices=platforms, required=False)
    network = forms.ChoiceField(label=gettext_lazy("network"), choices=networks)

    class Meta:
        model = AppRule
        fields = ["app", "platform", "network", "form", "note", "checked_on"]
        widgets = {"checked_on": AdminDateInput}


def _network(rule: AppRule) -> object:
    return EVERY if rule.network == ANY_NETWORK else network_name(rule.network)


class AppRuleViewSet(ModelViewSet):
    model = AppRule
    name = "app_rules"
    icon = "redirect"
    menu_label = gettext_lazy("Where links lead")
    menu_order = 306
    add_to_settings_menu = True
    list_display = [
        Column("app", label=gettext_lazy("app"), accessor=lambda rule: APP_NAMES.get(rule.app, rule.app)),
        Column("platform", label=gettext_lazy("platform"), accessor=lambda rule: PLATFORMS.get(rule.platform, EVERY)),
        Column("network", label=gettext_lazy("network"), accessor=_network),
        Column("form", label=gettext_lazy("what readers are given"), accessor="get_form_display"),
        "checked_on",
        "note",
    ]
    list_filter = ["form"]
    list_per_page = 100
    search_fields = ["app", "network", "note"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[WagtailAdminModelForm]:
        return AppRuleForm
