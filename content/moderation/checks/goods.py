"""What sort of goods advertising rules take an item for, by its title and its network's category. Pure.

Accessories are told from the thing itself: a glass for wine is no wine, a tin for milk powder no milk powder.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Goods(StrEnum):
    """Sorts with rules of their own."""

    TOBACCO = "tobacco"
    PRESCRIPTION = "prescription"
    BREAST_MILK = "breast_milk"
    """What is said to stand in for it: formula for infants up to twelve months."""
    MEDICINE = "medicine"
    DEVICE = "device"
    HEALTH_FOOD = "health_food"
    SPECIAL_FOOD = "special_food"
    ALCOHOL = "alcohol"
    COSMETICS = "cosmetics"
    BEAUTY = "beauty"


BANNED = frozenset({Goods.TOBACCO, Goods.PRESCRIPTION, Goods.BREAST_MILK})
HEALTH = frozenset({Goods.MEDICINE, Goods.DEVICE, Goods.HEALTH_FOOD, Goods.SPECIAL_FOOD})
NOT_FOR_MINORS = HEALTH | {Goods.ALCOHOL, Goods.COSMETICS, Goods.BEAUTY}

_TIN = r"(?!.{0,4}(?:[盒罐桶](?!装)|勺|机|分装|储存|收纳|密封|搅拌|冲调|保鲜))"
_NO_WINE = (
    r"(?!.{0,1}(?:杯|具|架|柜|开|[瓶盒桶](?!装)|塞|醒|起|机|冰|色|金|味|壶|石|鸭|鸡|肚|节|女孩"
    r"|汤圆|炖|烩|花生|酿(?!造)|酿?酒曲|坛(?!装)|分酒|发酵|冷藏|保鲜))"
)
TITLES = {
    Goods.TOBACCO: (
        r"电子烟(?!雾|花|灰缸)|烟弹|烟油|雾化烟|(?:香烟|卷烟)(?!盒|味|灰|夹|过滤|嘴|收纳|报警)"
        r"|雪茄(?!盒|剪|柜|烟灰|保湿|打火|夹|色)"
    ),
    Goods.PRESCRIPTION: r"(?<!非)处方药|凭处方",
    Goods.BREAST_MILK: (
        rf"母乳代用品|婴儿配方(?:奶粉|乳粉|奶|乳){_TIN}"
        rf"|(?:奶粉|乳粉|配方奶|液态奶){_TIN}.{{0,12}}(?<![\d一二三])[12一二１２]\s?段"
        rf"|(?<![\d一二三])[12一二１２]\s?段.{{0,10}}(?:奶粉|乳粉|配方奶){_TIN}"
        rf"|(?:0|６|6)\s?[-~—至到]\s?(?:6|12)\s?个?月.{{0,10}}(?:奶粉|乳粉|配方奶){_TIN}"
    ),
    Goods.MEDICINE: (
        r"国药准字|(?i:(?<![a-z])otc(?![a-z]))|非处方药|布洛芬|对乙酰氨基酚|阿莫西林|头孢|感冒灵|感冒颗粒|板蓝根"
        r"|连花清瘟|滴眼液|止咳糖浆|健胃消食片|藿香正气"
    ),
    Goods.DEVICE: (
        r"械字号|械注|血压计|血糖仪|血糖试纸|制氧机|呼吸机|助听器|医用(?:外科|防护)?口罩|医用(?:敷料|面膜|冷敷)"
        r"|医用雾化|创可贴|体温计|额温枪|耳温枪|避孕套|安全套|验孕|隐形眼镜(?!盒|护理|清洗|伴侣|收纳)|电子理疗"
    ),
    Goods.HEALTH_FOOD: (
        r"国食健|食健备|卫食健字|保健食品|保健品(?!盒|收纳|分装)|蓝帽|褪黑素|软骨素|氨糖|辅酶\s?Q\s?10|深海鱼油|蜂胶胶囊"
    ),
    Goods.SPECIAL_FOOD: r"特殊医学用途|特医(?:食品|奶粉|配方)|氨基酸配方粉",
    Goods.ALCOHOL: (
        rf"(?:白酒|红酒|葡萄酒|啤酒|威士忌|白兰地|伏特加|朗姆酒|清酒|黄酒|米酒|果酒|鸡尾酒|梅酒){_NO_WINE}"
        rf"|香槟{_NO_WINE}|酱香型|浓香型"
    ),
    Goods.COSMETICS: (
        r"(?:口红|唇膏|唇釉)(?!色\s|机|收纳|盒|架|电)|粉底|眼影|腮红|香水(?!柠檬|百合|莲|瓶)|精华(?:液|水|乳)|面霜"
        r"|面膜(?!机|碗|刷)|祛斑|染发(?!碗|刷)|卸妆(?!棉)|隔离霜|防晒霜|化妆品(?!袋|收纳|盒)|彩妆(?!蛋|刷|收纳)"
    ),
    Goods.BEAUTY: r"医美|玻尿酸注射|水光针|整形|热玛吉|美容院",
}
CATEGORIES = {
    Goods.TOBACCO: r"电子烟|烟草|香烟",
    Goods.PRESCRIPTION: r"(?<!非)处方药",
    Goods.MEDICINE: r"中西药|中成药|非处方|(?i:otc)|感冒用药|药品",
    Goods.DEVICE: r"医疗器械|医用器械|隐形眼镜|计生用品",
    Goods.HEALTH_FOOD: r"保健食品|营养健康|膳食营养|营养成分|滋补保健",
    Goods.SPECIAL_FOOD: r"特殊医学|特医",
    Goods.ALCOHOL: r"白酒|葡萄酒|啤酒|洋酒|黄酒|酒类",
    Goods.COSMETICS: r"彩妆|面部护肤|香水彩妆|化妆品|美妆",
}
_TITLES = {kind: re.compile(shape) for kind, shape in TITLES.items()}
_CATEGORIES = {kind: re.compile(shape) for kind, shape in CATEGORIES.items()}
_CONTAINERS = re.compile(r"(?<![送赠含配附带加+＋])(?:收纳[盒袋包]?|分装[盒瓶]|手机壳|保护套|教材)\s*$")
"""A title that ends in one sells what holds the thing, or what is printed about it."""
_PETS = re.compile(r"宠物|猫|狗|犬")
_TOYS = re.compile(r"玩具|模型|仿真|过家家|手办|贴纸|绘本|图书")


def sorts(title: str, category: str = "") -> frozenset[Goods]:
    """Every sort that an item is taken for; none for ordinary goods, for pets' and for toys."""
    if _TOYS.search(title):
        return frozenset()
    found = {kind for kind, shape in _TITLES.items() if shape.search(title)}
    if _CONTAINERS.search(title):
        found &= BANNED
    found |= {kind for kind, shape in _CATEGORIES.items() if category and shape.search(category)}
    return frozenset(found - HEALTH if _PETS.search(title + category) else found)
