"""The featured board: editors put posts in front and say why; who sees money may not; ended stays leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from content.feed.api import Card
from content.moderation import board
from content.moderation.jobs import JOBS
from content.moderation.models import FeaturedSlot
from content.moderation.tests.factories import person, published, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts():
    site()
    made = [published(person("ben"), f"Post {n}") for n in range(3)]
    for page in made:
        Card.objects.get_or_create(
            page_id=page.pk,
            defaults={
                "kind": "review",
                "channel_slug": "digital",
                "channel_name": "数码",
                "title": page.title,
                "url": "/x/",
                "first_published_at": timezone.now(),
            },
        )
    return made


def order():
    return [card.page_id for card in Card.objects.exclude(featured_position=None).order_by("featured_position")]


def test_featuring_puts_a_post_in_the_feed_with_the_reason(posts):
    slot = board.feature(posts[0].pk, "  耐用,\n 便宜 ", None, by=person("eve"))
    card = Card.objects.get(page_id=posts[0].pk)
    assert (card.featured_position, card.featured_reason) == (0, "耐用, 便宜")
    assert slot.added_by == person("eve")


def test_places_move_up_and_down_and_stop_at_the_ends(posts):
    first, second, third = (board.feature(p.pk, "why", None, by=person("eve")) for p in posts)
    board.move(third.pk, -1, by=person("eve"))
    assert order() == [posts[0].pk, posts[2].pk, posts[1].pk]
    board.move(first.pk, -1, by=person("eve"))
    board.move(second.pk, 1, by=person("eve"))
    assert order() == [posts[0].pk, posts[2].pk, posts[1].pk]


def test_featuring_again_changes_reason_and_end_but_makes_no_second_stay(posts):
    until = timezone.now() + timedelta(days=1)
    board.feature(posts[0].pk, "one", None, by=person("eve"))
    board.feature(posts[0].pk, "two", until, by=person("eve"))
    slot = FeaturedSlot.objects.get()
    assert (slot.reason, slot.ends_at) == ("two", until)


@pytest.mark.parametrize(("reason", "until"), [("  ", None), ("why", timedelta(minutes=-1))])
def test_without_a_reason_or_with_an_end_in_the_past_nothing_happens(posts, reason, until):
    with pytest.raises(ValidationError):
        board.feature(posts[0].pk, reason, timezone.now() + until if until else None, by=person("eve"))
    assert not FeaturedSlot.objects.exists()


def test_a_post_that_is_not_live_cannot_be_featured(posts):
    with pytest.raises(ValidationError):
        board.feature(999_999, "why", None, by=person("eve"))


def test_a_stay_whose_time_has_run_out_leaves_and_is_kept_as_record(posts):
    slot = board.feature(posts[0].pk, "why", timezone.now() + timedelta(hours=1), by=person("eve"))
    board.feature(posts[1].pk, "why", None, by=person("eve"))
    FeaturedSlot.objects.filter(pk=slot.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert JOBS["end_featured"][1]() == 1
    assert JOBS["end_featured"][1]() == 0
    slot.refresh_from_db()
    assert slot.left_at and slot.left_because
    assert order() == [posts[1].pk]


def test_a_stay_whose_post_is_gone_leaves(posts):
    board.feature(posts[0].pk, "why", None, by=person("eve"))
    Card.objects.filter(page_id=posts[0].pk).delete()
    assert board.let_ended_leave() == 1


@pytest.mark.parametrize("name", ["amy", "otto"])
def test_writers_and_operators_cannot_feature_by_any_way(posts, name):
    with pytest.raises(PermissionDenied):
        board.feature(posts[0].pk, "why", None, by=person(name))


ROLES = {"amy": False, "otto": False, "eve": True}
VIEWS = [("get", "moderation_board", []), ("post", "moderation_feature", [])]
VIEWS += [("post", "moderation_move", [1]), ("post", "moderation_take_off", [1])]


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize(("method", "view", "arguments"), VIEWS)
def test_only_editors_open_the_board(client, posts, name, method, view, arguments):
    client.force_login(person(name))
    answer = getattr(client, method)(reverse(view, args=arguments))
    assert (answer.status_code in (200, 302)) is ROLES[name]
    assert answer.status_code != 500


@pytest.mark.parametrize(("name", "shown"), ROLES.items())
def test_the_menu_names_the_board_to_editors_alone(client, posts, name, shown):
    client.force_login(person(name))
    assert (reverse("moderation_board") in client.get("/admin/").content.decode()) is shown


def test_the_board_shows_no_money_and_works_as_forms(client, posts):
    client.force_login(person("eve"))
    client.post(reverse("moderation_feature"), {"page_id": posts[0].pk, "reason": "好用", "until": "2099-01-01T10:00"})
    page = client.get(reverse("moderation_board")).content.decode()
    assert "好用" in page and "Post 1" in page
    assert "commission" not in page and "佣金" not in page
    slot = FeaturedSlot.objects.get()
    client.post(reverse("moderation_take_off", args=[slot.pk]), {"why": "换一个"})
    assert order() == []
    assert "换一个" in client.get(reverse("moderation_board")).content.decode()


def test_a_form_with_a_mistake_says_so_and_changes_nothing(client, posts):
    client.force_login(person("eve"))
    answer = client.post(reverse("moderation_feature"), {"page_id": posts[0].pk, "reason": ""}, follow=True)
    assert answer.status_code == 200 and not FeaturedSlot.objects.exists()
    assert list(answer.context["messages"])


def test_a_new_board_is_filled_once_and_never_against_an_editor(posts):
    rows = [(page.pk, "why") for page in posts]
    board.fill_new_board(rows)
    assert order() == [page.pk for page in posts]
    board.take_off(FeaturedSlot.objects.first().pk, "enough", by=person("eve"))
    board.fill_new_board(rows)
    assert order() == [page.pk for page in posts[1:]]
