"""From pasted text to items, and what is kept when something fails."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from django.core.management import call_command
from django.utils import timezone

from affiliate.catalog import api as catalog
from affiliate.catalog import incomplete, refresh
from affiliate.catalog import resolve as resolver
from affiliate.catalog.models import Item
from affiliate.connections import api as connections
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks import errors
from affiliate.networks.expander import Expander
from affiliate.networks.types import ItemRef

pytestmark = pytest.mark.django_db
SHARE = "【假店】看这个 https://fake.test/1 「降噪耳机 Pro」 到手价 159.5 元，冲！"


def leading_to(monkeypatch, url: str, *, slow: float = 0.0) -> None:
    """Every short link redirects to `url`, after `slow` seconds if anybody waits so long."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.extensions["timeout"]["read"] < slow:
            raise httpx.ReadTimeout("slow")
        host = request.headers["Host"]
        return httpx.Response(302, headers={"Location": url}) if host == "s.fake.test" else httpx.Response(200)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(
        resolver, "make_expander", lambda: Expander(resolver=lambda *_args: ["93.184.216.34"], client=client)
    )


def test_an_item_is_looked_up_and_recorded(network):
    network.answers = {"1": snapshot("1")}
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert match.error is None and match.item.complete
    assert match.item.final_price_minor == 15900 and match.item.wanted_at is not None


def test_without_lookup_nothing_is_asked_and_nothing_written(network, django_assert_num_queries):
    (match,) = catalog.resolve(SHARE, lookup=False)
    assert (match.ref.item_id, match.item, match.error) == ("1", None, None)
    assert network.asked == [] and not Item.objects.exists()


def test_several_items_come_in_the_order_of_the_text_each_once(network):
    network.answers = {n: snapshot(n, ref=ItemRef("fake", n)) for n in ("1", "2")}
    matches = catalog.resolve("先 dumb:9 后 fake:2 再 fake:1 又 fake:2", lookup=True)
    assert [(m.ref.network, m.ref.item_id) for m in matches] == [("dumb", "9"), ("fake", "2"), ("fake", "1")]


def test_one_network_can_be_asked_for_alone(network):
    assert [m.ref.network for m in catalog.resolve("dumb:9 fake:2", lookup=False, network="dumb")] == ["dumb"]


@pytest.mark.parametrize(
    "error",
    [
        errors.Unavailable("down"),
        errors.ProtocolError("html"),
        errors.Wait("slow down"),
        errors.Reauthorise("key"),
        errors.PermissionNeeded("apply"),
        errors.NotFound("gone"),
        errors.NotPromotable("0"),
        errors.BadInput("what"),
        errors.Off("off"),
    ],
)
def test_every_failure_keeps_what_the_text_said_and_says_why(network, error):
    network.error = error
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert match.error is error
    item = match.item
    assert (item.title, item.final_price_minor, item.source) == ("降噪耳机 Pro", 15950, "shared")
    assert not item.complete and item.problem_kind == error.kind
    assert "假店" in item.problem and "%(" not in item.problem


def test_a_bug_in_an_adapter_is_an_answer_that_cannot_be_understood(network, monkeypatch):
    monkeypatch.setattr(network, "lookup", lambda self, ref: {}["price"])
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert match.error.kind == "protocol"


def test_without_credentials_or_switched_off_the_block_is_still_usable(network, settings):
    connections.switch("fake", on=False)
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert (match.error.kind, match.error.code) == ("off", "switched_off")
    connections.switch("fake", on=True)
    settings.NETWORK_ENVIRONMENT = {}
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert (match.error.kind, match.error.code) == ("off", "no_credentials")
    assert match.item.title and network.asked == []


def test_a_failure_does_not_spoil_what_is_known(network):
    network.answers = {"1": snapshot("1")}
    catalog.resolve(SHARE, lookup=True)
    network.error = errors.Unavailable("down")
    (match,) = catalog.resolve(SHARE, lookup=True)
    assert match.item.complete and (match.item.title, match.item.final_price_minor) == ("降噪耳机", 15900)
    assert match.item.problem == ""


def test_a_short_link_is_followed_to_its_item(network, monkeypatch):
    network.answers = {"7": snapshot("7", ref=ItemRef("fake", "7"))}
    leading_to(monkeypatch, "https://fake.test/7")
    (match,) = catalog.resolve("https://s.fake.test/abc", lookup=True)
    assert match.error is None and match.item.item_id == "7"


def test_a_short_link_the_network_itself_understands_is_not_followed(network, monkeypatch):
    monkeypatch.setattr(network, "lookup_hosts", ("s.fake.test",))
    network.answers = {"": snapshot("7", ref=ItemRef("fake", "7"))}
    leading_to(monkeypatch, "https://evil.test/")
    (match,) = catalog.resolve("https://s.fake.test/abc", lookup=True)
    assert match.error is None and match.item.item_id == "7"


def test_where_neither_the_network_nor_the_link_answers_the_networks_own_error_is_told(network, monkeypatch):
    monkeypatch.setattr(network, "lookup_hosts", ("s.fake.test",))
    network.error = errors.ProtocolError("html", network="fake")
    leading_to(monkeypatch, "https://evil.test/")
    (match,) = catalog.resolve("https://s.fake.test/abc", lookup=True)
    assert match.error.kind == "protocol"
    leading_to(monkeypatch, "https://fake.test/7")
    (match,) = catalog.resolve("https://s.fake.test/def", lookup=True)
    assert (match.error.kind, match.item.item_id) == ("protocol", "7")


def test_a_short_link_off_the_list_is_refused_and_kept(network, monkeypatch):
    leading_to(monkeypatch, "http://169.254.169.254/latest")
    (match,) = catalog.resolve("「手冲壶」 https://s.fake.test/abc", lookup=True)
    assert match.error.kind == "bad_input"
    assert match.item.title == "手冲壶" and match.item.item_id.startswith(incomplete.SHORT)


def test_a_short_link_and_its_item_in_one_text_are_one_match(network, monkeypatch):
    network.answers = {"7": snapshot("7", ref=ItemRef("fake", "7"))}
    leading_to(monkeypatch, "https://fake.test/7")
    assert len(catalog.resolve("https://s.fake.test/abc fake:7", lookup=True)) == 1


def test_a_slow_short_link_does_not_outlast_the_deadline(network, monkeypatch):
    leading_to(monkeypatch, "https://fake.test/7", slow=2.0)
    (match,) = catalog.resolve("https://s.fake.test/abc", lookup=True, deadline_seconds=0.3)
    assert match.error.kind == "unavailable" and match.item is not None


def test_what_was_kept_of_a_short_link_gets_its_real_id_later(network, monkeypatch):
    leading_to(monkeypatch, "https://evil.test/")
    (match,) = catalog.resolve("https://s.fake.test/abc", lookup=True)
    leading_to(monkeypatch, "https://fake.test/7")
    network.answers = {"7": snapshot("7", ref=ItemRef("fake", "7"))}
    Item.objects.update(next_look_at=timezone.now())
    assert refresh.refresh_due() == 1
    item = Item.objects.get(pk=match.item.pk)
    assert item.complete and item.item_id == "7"


def test_where_the_real_item_exists_already_both_are_filled(network, monkeypatch):
    leading_to(monkeypatch, "https://evil.test/")
    (kept,) = catalog.resolve("https://s.fake.test/abc", lookup=True)
    network.answers = {"7": snapshot("7", ref=ItemRef("fake", "7"))}
    catalog.resolve("fake:7", lookup=True)
    leading_to(monkeypatch, "https://fake.test/7")
    Item.objects.filter(pk=kept.item.pk).update(next_look_at=timezone.now())
    refresh.refresh_due()
    assert Item.objects.count() == 2
    assert all(item.complete and item.final_price_minor == 15900 for item in Item.objects.all())


def test_a_merchant_without_an_interface_is_filled_by_hand_and_then_complete(network):
    (match,) = catalog.resolve("dumb:9", lookup=True)
    assert (match.error.kind, match.error.code) == ("off", "no_lookup")
    catalog.save_by_hand(match.item, title="全麦面包", price_minor=3900)
    (match,) = catalog.resolve("dumb:9", lookup=True)
    assert match.error is None and match.item.final_price_minor == 3900


def test_a_text_that_names_nothing_is_explained(network):
    assert catalog.resolve("今天天气不错", lookup=True) == []
    assert "link" in catalog.explain_nothing("今天天气不错")
    assert "other.test" in catalog.explain_nothing("https://other.test/item/1")
    assert catalog.explain_nothing("") and catalog.explain_nothing("￥AbCd123￥")


def test_a_list_of_a_hundred_links_is_cut(network):
    assert len(catalog.resolve(" ".join(f"fake:{n}" for n in range(100)), lookup=False)) == 10


def test_incomplete_items_are_tried_again_with_longer_and_longer_pauses(network):
    network.error = errors.NotFound("not there yet")
    (match,) = catalog.resolve("fake:1", lookup=True)
    pauses = []
    for _ in range(4):
        Item.objects.update(next_look_at=timezone.now())
        refresh.refresh_due()
        pauses.append(Item.objects.get().next_look_at - timezone.now())
    assert pauses == sorted(pauses) and pauses[-1] > timedelta(hours=5)
    network.error, network.answers = None, {"1": snapshot("1")}
    Item.objects.update(next_look_at=timezone.now())
    refresh.refresh_due()
    item = Item.objects.get(pk=match.item.pk)
    assert item.complete and (item.problem, item.attempts) == ("", 0)


def test_a_run_is_bounded_and_stops_asking_a_network_that_is_down(network):
    for n in range(8):
        record = catalog.record_snapshot(snapshot(str(n), ref=ItemRef("fake", str(n))))
        Item.objects.filter(pk=record.pk).update(wanted_at=timezone.now())
    Item.objects.update(next_look_at=timezone.now())
    network.answers = {str(n): snapshot(str(n), ref=ItemRef("fake", str(n))) for n in range(8)}
    assert refresh.refresh_due(limit=5) == 5
    Item.objects.update(next_look_at=timezone.now())
    network.error = errors.Unavailable("down")
    assert refresh.refresh_due() == 1
    assert all(item.complete and item.available for item in Item.objects.all())


def test_items_nobody_wants_any_more_are_not_refreshed_until_somebody_does(network):
    item = catalog.record_snapshot(snapshot("1"))
    Item.objects.update(next_look_at=timezone.now(), wanted_at=timezone.now() - timedelta(days=60))
    assert refresh.refresh_due() == 0
    assert Item.objects.get().next_look_at is None
    catalog.want([item.pk])
    network.answers = {"1": snapshot("1")}
    assert refresh.refresh_due() == 1


def test_only_the_third_not_found_takes_an_item_down(network):
    item = catalog.record_snapshot(snapshot("1"))
    catalog.want([item.pk])
    for available in (True, True, False):
        Item.objects.update(next_look_at=timezone.now())
        refresh.refresh_due()
        assert Item.objects.get().available is available


def test_searching_leaves_out_what_fails(network):
    network.answers = {"1": snapshot("1")}
    assert [found.ref.item_id for found in catalog.search(None, "耳机")] == ["1"]
    assert catalog.search(["fake", "dumb", "nope"], "锅") == []
    network.error = errors.Unavailable("down")
    assert catalog.search(["fake"], "耳机") == []


def test_resolve_prints_what_others_rely_on(network, capsys):
    network.answers = {"1": snapshot("1")}
    call_command("resolve", SHARE, "--lookup", "--json")
    (row,) = json.loads(capsys.readouterr().out)["matches"]
    assert list(row) == ["network", "item_id", "url", "offer", "error"]
    assert (row["network"], row["item_id"], row["url"], row["error"]) == ("fake", "1", "https://fake.test/1", None)
    assert list(row["offer"]) == [
        "title", "image_url", "shop", "currency", "price_minor", "final_price_minor", "coupon", "commission_rate_bp",
        "commission_minor", "source", "seen_at",
    ]  # fmt: skip
    assert row["offer"]["coupon"]["amount_minor"] == 4000


def test_resolve_puts_an_error_into_its_match_and_exits_well(network, capsys):
    network.error = errors.Wait("slow down", retry_at=timezone.now())
    call_command("resolve", "fake:1", "--lookup", "--json")
    (row,) = json.loads(capsys.readouterr().out)["matches"]
    assert row["offer"] is None and row["error"]["kind"] == "wait" and row["error"]["retry_at"]


def test_resolve_of_nothing_is_an_empty_list_for_machines_and_a_sentence_for_people(network, capsys):
    call_command("resolve", "天气", "--json")
    assert json.loads(capsys.readouterr().out) == {"matches": []}
    call_command("resolve", "天气")
    assert "link" in capsys.readouterr().out


def test_link_prints_what_others_rely_on(network, capsys):
    call_command("link", "fake", "1", "--sub-id", "abc", "--json")
    row = json.loads(capsys.readouterr().out)
    assert list(row) == [
        "network", "item_id", "sub_id", "url", "short_url", "deeplink", "token_text", "mini_program", "expires_at",
    ]  # fmt: skip
    assert row["url"] == "https://fake.test/go/1?s=abc" and row["short_url"] is None


def test_link_takes_the_id_with_the_network_in_front_as_resolve_writes_it(network, capsys):
    call_command("link", "fake", "fake:1", "--json")
    assert json.loads(capsys.readouterr().out)["item_id"] == "1"


def test_who_must_wait_is_told_until_when_even_where_the_network_was_silent(network, capsys):
    network.error = errors.Wait("slow down")
    call_command("resolve", "fake:1", "--lookup", "--json")
    assert json.loads(capsys.readouterr().out)["matches"][0]["error"]["retry_at"]


@pytest.mark.parametrize(
    ("arguments", "kind"), [(["nope", "1"], "bad_input"), (["dumb", "1", "--sub-id", "x"], "bad_input")]
)
def test_link_says_what_is_wrong_and_exits_with_one(network, capsys, arguments, kind):
    with pytest.raises(SystemExit) as caught:
        call_command("link", *arguments, "--json")
    assert caught.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == kind


def test_link_of_a_network_that_is_off_is_refused(network, capsys):
    connections.switch("fake", on=False)
    with pytest.raises(SystemExit):
        call_command("link", "fake", "1", "--json")
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "off"
