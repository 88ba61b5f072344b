"""Words that advertising may not use, or not bare, with the contexts that make them harmless. Pure: text in, hits out.

The guidelines punish a superlative that belittles the rest of the market, and let pass one that has bounds: an own
range, advice to the buyer, a grade of a standard, an order in time, or a record whose window is given beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

VERSION = "2026-11-25"
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
_LIST_PRICE = re.compile(r"(?<![草平高还中])原价")
_MEDICAL = re.compile(
    r"治疗|治愈|根治|疗效|疗程|药效|消炎|止痛|抗癌|防癌|抗病毒|降血压|降血糖|降血脂|降三高|活血|化瘀|祛湿|排毒"
    r"|增强免疫力|提高免疫力|修复细胞|再生细胞|壮阳|补肾|安神|调理内分泌|预防.{0,4}(?:疾病|感冒|糖尿病|高血压)"
)
_PATIENT = re.compile(r"(?:正在(?:接受|做)?|接受|还在|医院|及时|尽[早快]|遵医嘱)$")
"""Before a word of medicine: who had better ask a doctor, not what the thing does."""
_GATED = re.compile(
    r"电子烟(?!雾|花|灰缸)|烟弹|(?:香烟|卷烟)(?!盒|味|灰|夹|过滤|嘴|收纳|报警)|(?<!非)处方药|母乳代用品"
)
_SALES = re.compile(
    r"(?<![\d.,])(?:\d[\d.,]{1,11}|\d\s{0,2}(?=[万千百亿]))\s{0,2}[万千百亿]?\+?\s{0,2}(?:多)?人"
    r"(?:已经?|都|正在)?(?:买|购|下单|付款|好评|回购)"
    r"|(?:已售|热销|销量)\s{0,2}\d"
)
_QUOTED = re.compile(
    r"(?<![\d.])\d{1,4}(?:\.\d{1,2})?\s{0,2}[%％]的?(?:用户|人|消费者|医生|专家|妈妈)"
    r"|(?:专家|医生|权威机构)(?:推荐|认证|力荐)"
)
"""Every run of digits is bounded: a page of them must not take long."""

_RANKED = re.compile(
    r"(?:热销|销量|畅销|好评|热卖|人气|口碑|京东金|天猫|金)榜(?!题名)|(?:榜单|排行榜)(?:第|前|冠|TOP)|(?:销量|热卖|好评)(?:冠军|前[一二三十\d])"
)
_SOURCE = re.compile(r"据|来源|数据|截至|统计|20\d\d\s?年|\d{1,2}\s?月\s?\d{1,2}\s?日")
_WINDOW = re.compile(
    r"近\s*[\d一二三半两]+\s*(?:天|日|周|个月|月|年)|[\d一二三半两]+\s*(?:天|周|个月|年)(?:内|来)|自.{1,14}(?:起|以来)|记录(?:从|自)"
)
_CLAIMED = re.compile(
    r"(?:[吃喝用看听玩闻穿戴]|选择|)(?:的|之|[，。！？；、,.!?;\n]|$|了|又|也|啊|呀|没有)|级|品牌|吃|喝|听|闻|(?:选择|产品|牌子)$"
)
"""Behind 最好: what makes it praise. Before anything else it is an adverb, which gives advice."""
_QUALITY = re.compile(
    r"(?:质量|品质|效果|性能|音质|画质|味道|口味|口感|手感|口碑|评价|评分|做工|设计|体验|成色|降噪|保温|续航|销量|卖得|用料|材质|服务|性价比)$"
)
_MARKET = re.compile(
    r"(?:全[网球国]|世界|国内外?|亚洲|中国|行业|业[界内]|同[类级行]|市[面场]|史上|历史|所有)[^，。！？；,.!?;]{0,8}$"
)
"""Before a superlative: it speaks of everybody's goods, and no context excuses it."""
_PARTS = re.compile(
    r"(?:的)?(?:优点|缺点|缺陷|毛病|问题|遗憾|不足|短板|槽点|亮点|特点|好处|坏处|区别|差别|不同|变化|收获|感受|惊喜|原因|用处|隐患|难点"
    r"|功率|承重|载重|负载|容量|音量|尺寸|开口|宽度|高度|厚度|长度|深度|直径|口径|角度|倾角|扭矩|电流|电压|输出|输入|速度|转速|流量|风量|风力"
    r"|风速|火力|档|挡|码|号|亮度|压力|张开|展开|支持|距离|行程)|\s{0,2}(?:约|可|能)?\s{0,2}\d"
)
"""Behind 最大: a part of the thing, or a measure of it."""
_HINT = re.compile(
    r"(?:赏味|食用|饮用|使用|冲泡|入口|观看|观赏|保存|储存|睡眠|补涂|更换|拍摄|游玩)?(?:期|时间|时机|时段|温度|距离|比例|角度|姿势|状态)|(?:赏味|食用|饮用)"
)
"""Behind 最佳: how and when to use a thing, which the law leaves alone."""
_BARGAIN = re.compile(r"的?(?:是|买法|办法|做法|方法|方式|时候|时机|组合|一档)")
_OFTEN = re.compile(r"(?:开|调|拧|拉|转|设|按)(?:到|成|至)了?$")
"""Before a superlative: a knob is turned to it."""
_OWN = re.compile(
    r"(?:我|自己|本人|家里|我家|我们)[^，。！？；,.!?;]{0,12}$|(?:本店|自家|同系列|这个系列|同品牌|该系列|三款|几款|这[几三四五]款)[^，。！？；,.!?;]{0,10}$"
    r"|是这[台款支双把辆套件瓶锅](?:机器|东西)?(?:[里上]|身上)?$|[两三四五六七八九十几\d]\s?[种款个台支双把副][^，。！？；,.!?;]{0,4}[里中][^，。！？；,.!?;]{0,8}$"
)
_NEGATED = re.compile(
    r"(?:不是|不能|(?<![特分级区类个性])别|不可|不会|不算|不要|不写|并非|非|没有|无法|不|未|没|谈不上|所谓的?)[^，。！？；,.!?;]{0,6}$"
)
_ONE_OF_MINE = re.compile(r"的(?:那|这)?[一两二三四五几]\s?[场道次夜天个件款处段张把页站]")
"""Behind a superlative: of a few things that were just told of, not of the market."""
_NAME = re.compile(r"《[^》]*$|“[^”]*(?:牌|款|系列)$")


def hits(text: str) -> Iterator[Hit]:
    """Everything in a text that a reader of rules would stop at, in the order of the rules."""
    yield from _found("absolute", _ABSOLUTE, text, _absolute_is_harmless)
    yield from _found("bare_low", _LOW, text, _low_is_harmless)
    yield from _found("list_price", _LIST_PRICE, text, _negated)
    yield from _found("medical", _MEDICAL, text, _of_patients)
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


def _of_patients(before: str, word: str, after: str) -> bool:
    return _negated(before, word, after) or bool(_PATIENT.search(before)) or after.startswith(("期", "中的", "的人"))


def _absolute_is_harmless(before: str, word: str, after: str) -> bool:
    if _LOW.match(word) or _LOW.search(before[-4:] + word):
        return True  # bare_low speaks of it
    if _negated(before, word, after) or _NAME.search(before):
        return True
    if _MARKET.search(before):
        return False
    if _OWN.search(before) or _ordinary(before, word, after):
        return True
    return word.startswith("最") and bool(_ONE_OF_MINE.match(after) or _WINDOW.search(before[-16:]))


def _ordinary(before: str, word: str, after: str) -> bool:
    """What everybody says without comparing anything: advice, a measure, a part of the thing, how to use it."""
    if word == "最好":
        return not (_CLAIMED.match(after) or _QUALITY.search(before))
    if word == "最大":
        return bool(_PARTS.match(after) or _OFTEN.search(before))
    if word == "最佳":
        return bool(_HINT.match(after))
    return word in ("最划算", "最实惠") and bool(_BARGAIN.match(after))


def _low_is_harmless(before: str, word: str, after: str) -> bool:
    """With its window beside it, a record is a fact; without one it is a claim about all time and every shop."""
    return _negated(before, word, after) or (
        not word.startswith("全网") and bool(_WINDOW.search(before[-16:]) or _WINDOW.search(after[:20]))
    )
