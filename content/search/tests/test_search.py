"""The readers' search from publishing to the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from affiliate.catalog.api import Item, Source
from content.pages.api import DealPage
from content.search import engine
from content.search.models import SearchEntry
from content.search.results import answer
from content.search.tests.factories import channel, post
from content.search.words import question

pytestmark = pytest.mark.django_db


def titles(asked: str) -> list[str]:
    return [result.post.title for result in answer(asked, 1, timezone.now()).results]


def test_a_chinese_word_inside_a_sentence_is_found():
    post("一台用了八个月的机器", "早上做一杯美式，这台全自动咖啡机比楼下的店快。")
    assert titles("咖啡机") == ["一台用了八个月的机器"]
    assert titles("楼下的店") == ["一台用了八个月的机器"]
    assert titles("美") == ["一台用了八个月的机器"]
    assert titles("洗衣机") == []


def test_a_draft_is_not_found_and_an_unpublished_post_is_found_no_more():
    draft = post("降噪耳机草稿", live=False)
    live = post("降噪耳机")
    assert titles("降噪耳机") == ["降噪耳机"]
    live.unpublish()
    assert titles("降噪耳机") == []
    assert not SearchEntry.objects.filter(page_id__in=[draft.pk, live.pk]).exists()


def test_a_post_behind_a_password_is_not_found_until_it_is_opened():
    page = post("降噪耳机")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    assert titles("降噪耳机") == []
    restriction.delete()
    assert titles("降噪耳机") == ["降噪耳机"]


def test_a_renamed_author_is_renamed_in_the_results():
    page = post("降噪耳机")
    page.author.name = "新名字"
    page.author.save()
    assert SearchEntry.objects.get().author_name == "新名字"


def test_a_deleted_post_is_found_no_more():
    page = post("降噪耳机")
    page.delete()
    assert titles("降噪耳机") == []
    assert engine.find(question("降噪耳机")) == []


def test_publishing_again_changes_what_is_found_and_not_how_often():
    page = post("空气炸锅")
    page.title = "电饭煲"
    page.save_revision().publish()
    assert titles("空气炸锅") == []
    assert titles("电饭煲") == ["电饭煲"]


def test_a_title_that_answers_stands_before_a_mention_in_the_text():
    post("咖啡机测评", "它很好。")
    post("厨房杂记", "顺便说说咖啡机测评。")
    assert titles("咖啡机测评") == ["咖啡机测评", "厨房杂记"]


def test_words_that_no_post_has_together_find_posts_with_some_and_say_so():
    post("降噪耳机")
    found = answer("降噪耳机 洗碗机", 1, timezone.now())
    assert found.loose and [result.post.title for result in found.results] == ["降噪耳机"]


def test_a_single_character_does_not_stand_for_a_whole_question():
    post("不锈钢保温杯")
    assert titles("不存在xyz") == []


def test_an_excerpt_begins_near_the_word():
    post("机器", "很长的开头说了许多别的事情而且一直不停。后来每天早上用全自动咖啡机，很快。" + "尾" * 200)
    (result,) = answer("咖啡机", 1, timezone.now()).results
    assert str(result.excerpt).startswith("…后来每天早上用全自动<mark>咖啡机</mark>")


def test_products_are_found_by_their_name_and_the_price_is_shown_with_source_and_time(client):
    item = Item.objects.create(
        network="demo", item_id="1", title="云朵牌蒸汽熨斗", final_price_minor=19900, price_minor=19900,
        source=Source.API, seen_at=timezone.now(), complete=True,
    )  # fmt: skip
    page = post("周末好价", kind=DealPage)
    page.body.append(("product", {"item": item}))
    page.save_revision().publish()
    html = client.get("/search/", {"q": "熨斗"}).content.decode()
    assert "周末好价" in html and "199" in html
    assert 'class="ad"' in html


def test_what_was_typed_is_escaped_in_every_place(client):
    post("降噪耳机 <b>&", "<p>降噪 &lt;script&gt;</p>")
    for asked in ("<script>alert(1)</script>", '"><img src=x>', "降噪<script>"):
        html = client.get("/search/", {"q": asked}).content.decode()
        assert "<script>" not in html.replace('<script src="', "")
        assert "<img src=x>" not in html
    assert "&lt;b&gt;" in client.get("/search/", {"q": "耳机"}).content.decode()


def test_marks_stand_around_the_asked_words():
    post("机器", "早上用全自动咖啡机。")
    (result,) = answer("咖啡机", 1, timezone.now()).results
    assert "<mark>咖啡机</mark>" in result.excerpt


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=%22%27*()", "q=AND", "q=a&page=-1", "q=a&page=99999999", "q=a&page=x"]
)
def test_no_address_is_an_error(client, query):
    assert client.get(f"/search/?{query}").status_code == 200


def test_the_empty_page_gives_tips_and_channels(client):
    channel().save_revision().publish()
    html = client.get("/search/", {"q": "不存在的东西"}).content.decode()
    assert "/digital/" in html
    assert "noindex" in html


def test_a_very_long_question_is_cut(client):
    assert len(answer("长" * 5000, 1, timezone.now()).asked) == 100
    assert client.get("/search/", {"q": "长" * 3000}).status_code == 200


def test_many_results_take_as_many_queries_as_few(client, django_assert_num_queries):
    post("耳机 零")
    client.get("/search/", {"q": "耳机"})
    with django_assert_num_queries(4):
        answer("耳机", 1, timezone.now())
    for number in range(25):
        post(f"耳机 {number}")
    with django_assert_num_queries(4):
        found = answer("耳机", 1, timezone.now())
    assert len(found.results) == 20 and found.next_page == 2
    assert len(answer("耳机", 2, timezone.now()).results) == 6
    assert answer("耳机", 20, timezone.now()).page == 2, "a page beyond the last is the last, not an empty answer"


def test_of_equal_titles_the_newer_stands_first():
    old = post("耳机")
    new = post("耳机")
    SearchEntry.objects.filter(page_id=old.pk).update(first_published_at=timezone.now() - timedelta(days=300))
    found = answer("耳机", 1, timezone.now()).results
    assert [result.post.page_id for result in found] == [new.pk, old.pk]


def test_rebuilding_makes_the_same_index(capsys):
    post("降噪耳机")
    post("咖啡机")
    engine.clear()
    SearchEntry.objects.all().delete()
    assert titles("耳机") == []
    call_command("rebuild_search")
    assert "2" in capsys.readouterr().out
    assert titles("耳机") == ["降噪耳机"]
