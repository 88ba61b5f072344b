"""Words that advertising rules stop at, with the contexts that make them harmless; and what the fields say together."""

from __future__ import annotations

import time

import pytest

from content.moderation import words
from content.moderation.checks import RISKS, SENTENCES, check, check_texts
from content.moderation.models import CheckRun
from content.moderation.tests.factories import draft, person, site
from content.pages.api import DealPage
from content.pages.tests.making import make_item, product
from content.pages.tests.making import words as paragraph


def rules(text):
    return [hit.rule for hit in words.hits(text)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("全网最低价,手慢无", "bare_low"),
        ("史低价入手", "bare_low"),
        ("全网第一的吹风机", "absolute"),
        ("顶级音质", "absolute"),
        ("特别顶级的音质", "absolute"),
        ("级别最高级", "absolute"),
        ("这是最好的耳机", "absolute"),
        ("国家级实验室认证", "absolute"),
        ("销量第一", "absolute"),
        ("行业 NO.1", "absolute"),
        ("原价 299,现在 199", "list_price"),
        ("坚持用可以降血压", "medical"),
        ("能治疗失眠", "medical"),
        ("泡脚祛湿排毒", "medical"),
        ("电子烟新口味", "gated"),
        ("3.2万人已买", "sales"),
        ("95%的用户说好", "quoted"),
        ("医生推荐", "quoted"),
        ("热销榜第一名", "ranked"),
        ("京东金榜上榜好物", "ranked"),
        ("最好用的吸尘器", "absolute"),
        ("送礼的最好选择", "absolute"),
        ("口碑最好", "absolute"),
        ("降噪最好耳机", "absolute"),
        ("全球最大容量", "absolute"),
        ("市面上最划算的是它", "absolute"),
        ("两千元里最好的耳机", "absolute"),
        ("不贵,这是最好的耳机", "absolute"),
        ("最佳选择", "absolute"),
        ("世界第一好用", "absolute"),
        ("3 万人已买", "sales"),
        ("香烟一条", "gated"),
    ],
)
def test_a_claim_is_found(text, rule):
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "近 180 天最低(记录从 3 月 1 日起)",
        "近180天史低",
        "历史最低(近 180 天,本店记录)",
        "最好先量一下尺寸",
        "最好不要放进洗碗机",
        "这是我用过最安全的一把椅子",
        "同系列里最强的一款",
        "三款里最便宜",
        "我们不写原价",
        "它不能治疗失眠,只是舒服",
        "第一次用咖啡机",
        "第一步:拆箱",
        "最近在读《最好的我们》",
        "最后说一句",
        "一级能效,特级初榨",
        "券后 159 元,常价 199 元",
        "没有消炎的作用",
        "孕妇和正在接受治疗的人先问医生",
        "皮肤破了请去医院治疗",
        "牙齿治疗期慎用",
        "一场雨,最大的一场下了五个小时",
        "四、五道:最好的两道,香气退到后面",
        "降噪别一上来就最大",
        "据京东 11 月 3 日数据,登上金榜",
        "最好用粗研磨,细粉会漏",
        "户外最好两小时补一次",
        "过石板路的时候孩子会晃,最好绕开",
        "骑车时最好关掉降噪",
        "最好看说明书再装",
        "最大承重 22 公斤",
        "它最大的毛病是保温会发黄",
        "最大的优点是不用滤纸",
        "音量开到最大也不破音",
        "能拆上盖,是这台最好的设计",
        "四种口味里海盐焦糖最好吃",
        "最划算的是大促买两袋",
        "最佳赏味期三周,最佳食用温度 8 度",
        "室友 4 人都买了",
        "这片草原价格透明,先还原价值再谈",
        "楼道的香烟味半小时散掉",
        "非处方药请看说明书",
        "寓意金榜题名的书签",
        "",
    ],
)
def test_what_is_bounded_denied_or_ordinary_is_not(text):
    assert rules(text) == []


def test_a_word_in_a_title_or_card_is_serious_and_in_the_text_a_warning():
    found = {finding.where: finding.serious for finding in check_texts([("title", "顶级"), ("text", "顶级")])}
    assert found == {"title": True, "text": False}


def test_a_word_is_named_once_a_place_with_the_words_around_it():
    (finding,) = check_texts([("text", "真的顶级手感,顶级")])
    assert (finding.word, finding.around) == ("顶级", "真的顶级手感,顶级")


def test_every_rule_says_what_to_do_and_why():
    assert set(SENTENCES) == set(RISKS)
    said = {hit for text in ("顶级史低原价治疗电子烟 3人买 9%用户",) for hit in rules(text)}
    assert said <= set(SENTENCES)


def test_no_length_of_text_takes_long():
    started = time.monotonic()
    for text in ("最" * 50_000, "近" * 50_000, "我" * 50_000 + "最好", "9" * 50_000, "预防" * 20_000):
        list(words.hits(text))
    assert time.monotonic() - started < 2


@pytest.mark.django_db
def test_every_word_that_a_writer_types_is_looked_at():
    site()
    value = {"own_title": "顶级壹", "reason": "顶尖", "not_for": "极品", "pros": ["王牌"], "cons": ["无敌"]}
    body = [
        paragraph("<p>万<b>能</b></p>"),
        product(make_item(), **value),
        {"type": "note", "value": "至尊", "id": "1"},
    ]
    body.append({"type": "quote", "value": {"text": "世界级", "who": "销冠"}, "id": "2"})
    page = draft(
        person("amy"), "最佳", kind=DealPage, body=body, verdict="最强", conditions="最优", price_note="原价减 40"
    )
    found = {finding.word for finding in check(page) if finding.around}
    assert found == {
        "最佳",
        "最强",
        "最优",
        "原价",
        "顶级",
        "顶尖",
        "极品",
        "王牌",
        "无敌",
        "万能",
        "至尊",
        "世界级",
        "销冠",
    }


@pytest.mark.django_db
def test_fields_are_read_together():
    site()
    item = product(make_item())
    made = {"body": [item], "ai_use": "generated"}
    found = check(draft(person("amy"), "a", **made))
    assert [(f.rule, f.blocks) for f in found] == [("ai_experience", False)]
    used = draft(person("amy"), "b", body=[item], used_for="3 个月", used_how="bought")
    assert check(used) == []
    assert {f.rule for f in check(draft(person("amy"), "d", body=[item]))} == {"used_for"}
    renews = draft(person("amy"), "连续包月会员", kind=DealPage, body=[item])
    assert {f.rule for f in check(renews) if f.blocks} == {"renewal"}


@pytest.mark.django_db
def test_the_editor_is_told_while_typing_and_nothing_is_kept(client):
    site()
    client.force_login(person("amy"))
    answer = client.post("/admin/checks/", {"title": "全网最低", "card": ["顶级", "好"], "text": "最好的"})
    found = answer.json()["findings"]
    assert [(one["word"], one["serious"]) for one in found] == [("全网最低", True), ("顶级", True), ("最好", False)]
    assert all(one["sentence"] and one["risk"] for one in found)
    assert not CheckRun.objects.exists()
    assert client.get("/admin/checks/").status_code == 405
    client.logout()
    assert client.post("/admin/checks/", {"title": "顶级"}).status_code in (302, 403)


@pytest.mark.django_db
def test_a_writer_is_told_of_facts_while_writing_and_of_what_stops(client):
    site()
    page = draft(person("amy"), "到手 9 元", kind=DealPage, body=[product(make_item())])
    typed = {"page": page.pk, "title": "原价 99", "text": "原价"}
    client.force_login(person("amy"))
    found = client.post("/admin/checks/", typed).json()["findings"]
    told = {(one["word"], one["place"], one["stops"]) for one in found}
    assert {("原价", "title", True), ("原价", "text", False)} < told
    assert any(one["word"].startswith("到手 9 元 <") for one in found)
    assert not any("opened this link" in one["sentence"] for one in found)
    client.force_login(person("ben"))
    others = client.post("/admin/checks/", typed).json()["findings"]
    assert {(one["word"], one["stops"]) for one in others} == {("原价", False)}, "nothing of a post of somebody else"
    assert client.post("/admin/checks/", {**typed, "page": "x"}).status_code == 200


@pytest.mark.django_db
def test_whoever_approves_sees_the_findings_above_the_post_and_markup_in_them_is_text(client):
    site()
    page = draft(person("amy"), "顶级<script>alert(1)</script>")
    client.force_login(person("eve"))
    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "「顶级」" in html and "moderation/checks.js" in html
    assert "<script>alert(1)" not in html
