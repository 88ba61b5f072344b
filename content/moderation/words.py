"""Words that advertising may not use, or not bare, with the contexts that make them harmless. Pure: text in, hits out.

The guidelines punish a superlative that belittles the rest of the market, and let pass one that has bounds: an own
range, advice to the buyer, a grade of a standard, an order in time, or a record whose window is given beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

VERSION = "2026-11"
"""Of the lists and contexts below; stored with every run. Change it with them."""


Harmless = Callable[[str, str, str], bool]
"""Asked with the words before a hit, the hit, and the words after."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that was found, and the words around it."""

    rule: str
    word: str
    around: str


_ABSOLUTE = re.compile(
    r"国家级|世界级|宇宙级|最高级|最佳|最好|最优|最强|最大|最低价|最便宜|最实惠|最划算|最先进|最安全|最专业|最受欢迎"
    r"|顶级|顶尖|极品|至尊|王牌|销冠|无敌|万能|绝无仅有|独一无二|史无前例|空前绝后|遥遥领先"
    r"|(?:全网|全国|全球|全世界|世界|亚洲|中国|行业|业界|业内|同类|品类|销量|口碑|品质)(?:排名)?第一|第一品牌"
    r"|(?i:\bno\.?\s?1\b|\btop\s?1\b)"
)
_LOW = re.compile(r"史低|历史最低价?|历史新低|历史低价|全网最低价?|全网底价|全网最便宜|史上最低")
_LIST_PRICE = re.compile(r"原价")
_MEDICAL = re.compile(
    r"治疗|治愈|根治|疗效|疗程|药效|消炎|止痛|抗癌|防癌|抗病毒|降血压|降血糖|降血脂|降三高|活血|化瘀|祛湿|排毒"
    r"|增强免疫力|提高免疫力|修复细胞|再生细胞|壮阳|补肾|安神|调理内分泌|预防.{0,4}(?:疾病|感冒|糖尿病|高血压)"
)
_GATED = re.compile(r"电子烟|烟弹|香烟|卷烟|处方药|母乳代用品")
_SALES = re.compile(
    r"(?<![\d.,])\d[\d.,]{0,11}\s{0,2}[万千百亿]?\+?\s{0,2}(?:多)?人(?:已经?|都|正在)?(?:买|购|下单|付款|好评|回购)"
    r"|(?:已售|热销|销量)\s{0,2}\d"
)
_QUOTED = re.compile(
    r"(?<![\d.])\d{1,4}(?:\.\d{1,2})?\s{0,2}[%％]的?(?:用户|人|消费者|医生|专家|妈妈)"
    r"|(?:专家|医生|权威机构)(?:推荐|认证|力荐)"
)
"""Every run of digits is bounded: a page of them must not take long."""

_RANKED = re.compile(
    r"(?:热销|销量|畅销|好评|热卖|人气|口碑|京东金|天猫|金)榜|(?:榜单|排行榜)(?:第|前|冠|TOP)|(?:销量|热卖|好评)(?:冠军|前[一二三十\d])"
)
_SOURCE = re.compile(r"据|来源|数据|截至|统计|20\d\d\s?年|\d{1,2}\s?月\s?\d{1,2}\s?日")
_WINDOW = re.compile(
    r"近\s*[\d一二三半两]+\s*(?:天|日|周|个月|月|年)|[\d一二三半两]+\s*(?:天|周|个月|年)(?:内|来)|自.{1,14}(?:起|以来)|记录(?:从|自)"
)
_ADVICE = re.compile(r"最好(?:先|别|不要|不|还是|在|用|把|是先|提前|再|能|配|搭|选|买|看|等|挑|给|让|每|多|少)")
_OWN = re.compile(
    r"(?:我|自己|本人|家里|我家|我们)[^，。！？；]{0,12}$|(?:本店|自家|同系列|这个系列|同品牌|该系列|三款|几款|这[几三四五]款)[^，。！？；]{0,10}$"
)
_NEGATED = re.compile(
    r"(?:不是|不能|(?<![特分级区类个性])别|不可|不会|不算|不要|不写|并非|非|没有|无法|不|未|没|谈不上|所谓的?)[^，。！？；]{0,6}$"
)
_ONE_OF_MINE = re.compile(r"的(?:那|这)?[一两二三四五几]\s?[场道次夜天个件款处段张把页站]")
"""Behind a superlative: of a few things that were just told of, not of the market."""
_NAME = re.compile(r"《[^》]*$|“[^”]*(?:牌|款|系列)$")


def hits(text: str) -> Iterator[Hit]:
    """Everything in a text that a reader of rules would stop at, in the order of the rules."""
    yield from _found("absolute", _ABSOLUTE, text, _absolute_is_harmless)
    yield from _found("bare_low", _LOW, text, _low_is_harmless)
    yield from _found("list_price", _LIST_PRICE, text, _negated)
    yield from _found("medical", _MEDICAL, text, _negated)
    yield from _found("gated", _GATED, text, _negated)
    yield from _found("sales", _SALES, text, lambda *_: False)
    yield from _found("quoted", _QUOTED, text, _sourced)
    yield from _found("ranked", _RANKED, text, _sourced)


def _found(rule: str, shape: re.Pattern[str], text: str, harmless: Harmless) -> Iterator[Hit]:
    for match in shape.finditer(text):
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
        if not harmless(before, match[0], after):
            yield Hit(rule, match[0], f"{before[-12:]}{match[0]}{after[:12]}")


def _sourced(before: str, _word: str, after: str) -> bool:
    """Whose figure it is, or of when, stands beside it; the day and the name alike, for the editor judges the rest."""
    return bool(_SOURCE.search(before) or _SOURCE.search(after)) or _negated(before, "", "")


def _negated(before: str, _word: str, _after: str) -> bool:
    return bool(_NEGATED.search(before))


def _absolute_is_harmless(before: str, word: str, after: str) -> bool:
    if word == "最好" and _ADVICE.match(word + after[:2]):
        return True
    if word.startswith("最") and _ONE_OF_MINE.match(after):
        return True
    if _LOW.match(word) or _LOW.search(before[-4:] + word):
        return True  # bare_low speaks of it
    return bool(_OWN.search(before) or _NAME.search(before) or _negated(before, word, after)) or (
        word.startswith("最") and bool(_WINDOW.search(before[-16:]))
    )


def _low_is_harmless(before: str, word: str, after: str) -> bool:
    """With its window beside it, a record is a fact; without one it is a claim about all time and every shop."""
    return _negated(before, word, after) or (
        not word.startswith("全网") and bool(_WINDOW.search(before[-16:]) or _WINDOW.search(after[:20]))
    )
