"""Placements follow the page; codes and authors of record do not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from affiliate.catalog.api import Item
from affiliate.networks.types import ItemRef
from affiliate.people.api import Author
from affiliate.tracking import api, jobs, tasks
from affiliate.tracking.api import BlockRef, PageRef, Placement
from affiliate.tracking.models import ExitTarget, ExitVersion

pytestmark = pytest.mark.django_db


def test_each_block_gets_one_placement_and_a_target_that_leads_to_the_plain_item(place):
    placements = place(3)
    assert [p.position for p in placements] == [0, 1, 2]
    targets = ExitTarget.objects.in_bulk([p.code for p in placements])
    assert len(targets) == 3
    for placement in placements:
        assert targets[placement.code].url == f"https://shop.example/item/{placement.item.item_id}"
        assert targets[placement.code].earns is False


def test_a_short_link_that_may_be_somebody_elses_is_no_plain_item(shop, author, page, monkeypatch):
    short = "https://s.shop.example/abc"
    monkeypatch.setattr(shop, "item_url", lambda ref: "")
    monkeypatch.setattr(shop, "recognise", lambda text: [ItemRef("shop", "", url=text, needs_expansion=text == short)])
    unknown = Item.objects.create(network="shop", item_id=short, url=short)
    known = Item.objects.create(network="shop", item_id="x", url="https://shop.example/x")
    blocks = [BlockRef("a", unknown.pk, "", 0), BlockRef("b", known.pk, "", 1)]
    placements = api.sync_placements(page, author, blocks)
    targets = ExitTarget.objects.in_bulk([p.code for p in placements])
    assert [targets[p.code].url for p in placements] == ["", "https://shop.example/x"]


def test_publishing_again_changes_nothing_at_all(place):
    first = place(3)
    version = ExitVersion.objects.get().version
    again = place(3)
    assert [(p.pk, p.code) for p in again] == [(p.pk, p.code) for p in first]
    assert ExitVersion.objects.get().version == version
    assert Placement.objects.count() == 3


def test_the_author_of_record_is_frozen(place, author):
    other = Author.objects.create(handle="wu", name="吴")
    first = place(1)[0]
    again = place(1, by=other)[0]
    assert (again.pk, again.author) == (first.pk, author)


def test_a_moved_and_renamed_page_keeps_codes_and_carries_its_new_address(place, page):
    code = place(1)[0].code
    moved = place(1, on=PageRef(id=page.id, title="新标题", url="/home/new/"))[0]
    assert moved.code == code
    stored = Placement.objects.get(code=code)
    assert (stored.page_title, stored.page_url) == ("新标题", "/home/new/")


def test_a_swapped_item_retires_the_old_placement_whose_code_still_leads_somewhere(shop, author, items, page):
    old = api.sync_placements(page, author, [BlockRef("b", items[0].pk, "", 0)])[0]
    new = api.sync_placements(page, author, [BlockRef("b", items[1].pk, "", 0)])[0]
    old.refresh_from_db()
    assert old.retired_at is not None
    assert new.code != old.code
    assert ExitTarget.objects.get(code=old.code).url.endswith("/0")
    assert api.codes_of_page(page.id) == {("b", items[1].pk): new.code}


def test_what_comes_back_by_the_same_author_has_its_old_code(place, page):
    code = place(1)[0].code
    api.retire_page(page.id)
    assert api.codes_of_page(page.id) == {}
    assert place(1)[0].code == code
    assert Placement.objects.count() == 1


def test_what_comes_back_by_another_author_is_a_new_placement(place, page):
    first = place(1)[0]
    api.retire_page(page.id)
    other = Author.objects.create(handle="wu", name="吴")
    second = place(1, by=other)[0]
    assert second.code != first.code
    assert second.author == other
    first.refresh_from_db()
    assert first.author != other


def test_a_copied_page_has_codes_of_its_own_although_its_blocks_have_the_same_ids(place, page):
    first = place(2)
    second = place(2, on=PageRef(id=8, title="副本", url="/copy/"))
    assert not {p.code for p in first} & {p.code for p in second}
    found = api.codes_of_pages([page.id, 8])
    assert [len(found[page.id]), len(found[8])] == [2, 2]


def test_a_block_named_twice_and_an_item_that_is_gone_do_no_harm(shop, author, items, page):
    same = BlockRef("b", items[0].pk, "", 0)
    gone = BlockRef("c", 999_999, "", 1)
    assert len(api.sync_placements(page, author, [same, same, gone])) == 1


def test_the_database_refuses_a_second_live_placement_of_a_block(place):
    placement = place(1)[0]
    placement.pk, placement.code = None, "z2345678"
    with pytest.raises(IntegrityError), transaction.atomic():
        placement.save(force_insert=True)


def test_ten_blocks_take_as_many_queries_as_one(place, django_assert_num_queries):
    with CaptureQueriesContext(
        connection,
    ) as one:
        place(1, on=PageRef(id=1, title="", url="/1/"))
    with CaptureQueriesContext(connection) as ten:
        place(10, on=PageRef(id=2, title="", url="/2/"))
    assert len(ten) == len(one)
    with CaptureQueriesContext(connection) as again_one:
        place(1, on=PageRef(id=1, title="", url="/1/"))
    with CaptureQueriesContext(connection) as again_ten:
        place(10, on=PageRef(id=2, title="", url="/2/"))
    assert len(again_ten) == len(again_one) < len(one)
    with django_assert_num_queries(1):
        assert len(api.codes_of_page(2)) == 10
    with django_assert_num_queries(1):
        assert sum(p.author.name == "林" and bool(p.item.title) for p in api.codes_of_pages([1, 2])[2]) == 10


def test_links_are_asked_for_after_the_commit_in_one_task(place, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(tasks, "enqueue_fetch", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        placements = place(3)
        assert asked == []
    assert asked == [[p.pk for p in placements]]


def test_a_target_on_a_foreign_host_is_never_written(shop, author, items, page):
    shop.item_url = lambda ref: "https://evil.example/item"
    items[0].url = "https://shop.example.evil.example/"
    items[0].save()
    placement = api.sync_placements(page, author, [BlockRef("b", items[0].pk, "", 0)])[0]
    assert ExitTarget.objects.get(code=placement.code).url == ""


def test_the_catalogue_is_told_which_items_readers_are_shown(place):
    live, gone = place(2)
    Placement.objects.filter(pk=gone.pk).update(retired_at=timezone.now())
    Item.objects.update(wanted_at=None)
    jobs.want_items()
    assert set(Item.objects.exclude(wanted_at=None).values_list("pk", flat=True)) == {live.item_id}
