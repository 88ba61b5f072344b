"""Every network this house speaks, one line each; adapters are imported on first use."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from affiliate.networks.adapter import Adapter

ADAPTERS: dict[str, str] = {
    "jd": "affiliate.networks.jd.adapter:JdAdapter",
    "taobao": "affiliate.networks.taobao.adapter:TaobaoAdapter",
    "eleme": "affiliate.networks.eleme.adapter:ElemeAdapter",
    "douyin": "affiliate.networks.douyin.adapter:DouyinAdapter",
    "kuaishou": "affiliate.networks.kuaishou.adapter:KuaishouAdapter",
    "meituan": "affiliate.networks.meituan.adapter:MeituanAdapter",
    "pdd": "affiliate.networks.pdd.adapter:PddAdapter",
    "vip": "affiliate.networks.vip.adapter:VipAdapter",
    "suning": "affiliate.networks.suning.adapter:SuningAdapter",
    "youzan": "affiliate.networks.youzan.adapter:YouzanAdapter",
    "direct": "affiliate.networks.direct.adapter:DirectAdapter",
    "demo": "affiliate.networks.demo.adapter:DemoAdapter",
}


@cache
def adapter_class(slug: str) -> type[Adapter]:
    """The adapter's class. Raises KeyError for a slug that is not registered."""
    module, name = ADAPTERS[slug].split(":")
    found = getattr(import_module(module), name)
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise TypeError(f"{ADAPTERS[slug]} is not an Adapter")
    return found


def slugs() -> tuple[str, ...]:
    """All registered slugs, in the order readers and writers see them."""
    return tuple(ADAPTERS)
