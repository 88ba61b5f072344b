"""An author's coupon code credits without a click; where code and link name two authors the merchant's rule decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from affiliate.catalog.models import Item
from affiliate.connections.models import CodeRule, Merchant, MerchantTerms
from affiliate.earnings import ledger
from affiliate.earnings.audit import audit
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Conversion, LedgerEntry, Order
from affiliate.earnings.naming import decided
from affiliate.earnings.posting import entries_of, held_by
from affiliate.earnings.settling import settle
from affiliate.earnings.tests.conftest import T0, line_of
from affiliate.earnings.tests.test_story import book
from affiliate.tracking.api import Credit, new_token
from affiliate.tracking.models import AuthorCode, Click, Placement

pytestmark = pytest.mark.django_db
ANNS, BOS = "ann00001", "bo000001"


def order_of(state: str = "pending", **changes):
    values = {"network": "direct", "merchant": "farm", "line_id": "farm:o1:1", "coupon_code": "", **changes}
    return line_of(state, **values)


@pytest.fixture
def farm(db):
    merchant = Merchant.objects.create(
        slug="farm", name="农场", hosts="farm.example", link_template="x", window_days=30
    )
    MerchantTerms.objects.filter(merchant=merchant).update(valid_from=T0 - timedelta(days=100))
    return merchant


@pytest.fixture
def cast(ann, bo, farm):
    """Ann has the code ANN10 and a link; Bo has a link."""
    AuthorCode.objects.create(merchant=farm, code="ANN10", author=ann, starts_at=T0 - timedelta(days=50))
    for author, code in ((ann, ANNS), (bo, BOS)):
        item = Item.objects.get_or_create(network="direct", item_id="farm:honey", defaults={"title": "蜂蜜"})[0]
        Placement.objects.create(
            code=code, page_id=1, page_title="p", page_url="/p/", block_path=code, author=author, item=item
        )
    return ann, bo


def rule(merchant: Merchant, word: str) -> None:
    """As if it had been agreed from the beginning."""
    MerchantTerms.objects.filter(merchant=merchant).update(code_rule=word)


def credited() -> tuple[str, str] | None:
    found = Conversion.objects.select_related("author").first()
    return (found.author.handle, found.basis) if found else None


def test_a_code_without_any_click_walks_from_pending_to_payable(cast):
    ann = cast[0].pk
    assert ingest(order_of("pending", coupon_code=" ann10"), "push") == "created"
    assert credited() == ("ann", "code")
    assert Conversion.objects.get().placement is None
    assert book() == {"network:direct": 1000, f"author_pending:{ann}": 666, "site_pending:house": 334}
    ingest(order_of("settled", after=2, coupon_code="ANN10"), "push")
    assert settle().lines == 1
    assert book() == {"network:direct": 900, f"author_payable:{ann}": 600, "site:house": 300}
    ingest(order_of("invalid", after=3, coupon_code="ANN10"), "push")
    assert book() == {}
    assert all(check.ok for check in audit())


@pytest.mark.parametrize(("word", "whose"), [("code", ("ann", "code")), ("link", ("bo", "placement"))])
def test_where_code_and_link_name_two_authors_the_merchants_rule_decides(word, whose, cast, farm):
    rule(farm, word)
    ingest(order_of(coupon_code="ANN10", sub_id=BOS), "push")
    assert credited() == whose


def test_where_both_name_one_author_the_link_tells_more(cast):
    ingest(order_of(coupon_code="ANN10", sub_id=ANNS), "push")
    assert credited() == ("ann", "placement")


def test_news_of_the_code_moves_the_money_by_entries_of_their_own(cast):
    ann, bo = cast
    ingest(order_of(sub_id=BOS), "push")
    assert book()[f"author_pending:{bo.pk}"] == 666
    ingest(order_of(after=1, sub_id=BOS, coupon_code="ANN10"), "push")
    assert book() == {"network:direct": 1000, f"author_pending:{ann.pk}": 666, "site_pending:house": 334}
    assert LedgerEntry.objects.filter(note="reversal").exists()
    assert all(check.ok for check in audit())


def test_a_rule_that_is_changed_later_moves_no_money_of_orders_placed_before(cast, farm):
    ingest(order_of(coupon_code="ANN10", sub_id=BOS), "push")
    farm.code_rule = CodeRule.LINK
    farm.save()
    assert farm.versions.count() == 2
    ingest(order_of("settled", after=1, coupon_code="ANN10", sub_id=BOS), "push")
    assert credited() == ("ann", "code")


@pytest.mark.parametrize("code", ["SUMMER", "ANN1", "安安"])
def test_a_code_that_is_nobodys_leaves_the_order_to_the_link_or_to_the_queue(code, cast):
    ingest(order_of(coupon_code=code), "push")
    assert credited() is None
    ingest(order_of(after=1, coupon_code=code, sub_id=BOS), "push")
    assert credited() == ("bo", "placement")


def test_an_order_from_before_the_code_was_given_out_is_not_the_authors(cast):
    ingest(order_of(coupon_code="ANN10", placed_at=T0 - timedelta(days=60)), "push")
    assert credited() is None


@pytest.mark.parametrize(("days", "whose"), [(1, ("bo", "click")), (30, ("bo", "click")), (31, None), (-1, None)])
def test_a_click_counts_for_as_long_as_was_agreed(days, whose, cast):
    token = new_token(BOS)
    Click.objects.create(token=token, code=BOS, at=T0 - timedelta(days=days), kind="human")
    ingest(order_of(sub_id=token), "push")
    assert credited() == whose


def test_a_click_outside_the_window_does_not_stand_against_a_code(cast, farm):
    rule(farm, "link")
    token = new_token(BOS)
    Click.objects.create(token=token, code=BOS, at=T0 - timedelta(days=40), kind="human")
    ingest(order_of(sub_id=token, coupon_code="ANN10"), "push")
    assert credited() == ("ann", "code")


def test_a_link_of_another_merchants_item_credits_nobody(cast):
    Merchant.objects.create(slug="mill", name="磨坊", hosts="mill.example", link_template="x")
    ingest(order_of(merchant="mill", line_id="mill:o1:1", sub_id=BOS), "file")
    assert credited() is None
    assert book() == {}


def test_what_a_person_decided_stays_whatever_code_comes(cast, operator):
    from affiliate.earnings.crediting import assign

    ingest(order_of(), "push")
    assign(Order.objects.get().pk, cast[1], operator)
    ingest(order_of(after=1, coupon_code="ANN10"), "push")
    assert credited() == ("bo", "hand")


def test_other_networks_have_no_codes(cast):
    ingest(line_of(coupon_code="ANN10"), "pull")
    assert credited() is None


@given(rule_word=st.sampled_from(CodeRule.values), link_author=st.integers(1, 3), code_author=st.integers(1, 3))
def test_exactly_one_of_the_two_is_credited_and_the_rule_says_which(rule_word, link_author, code_author):
    from affiliate.people.models import Author

    linked = Credit(None, Author(pk=link_author), "t", "click")
    coded = Credit(None, Author(pk=code_author), "", "code")
    winner = decided(linked, coded, rule_word)
    assert winner in (linked, coded)
    assert winner.author.pk == (link_author if rule_word == "link" else code_author)


@st.composite
def reports(draw):
    return order_of(
        draw(st.sampled_from(["pending", "confirmed", "settled", "invalid"])),
        after=draw(st.sampled_from([0, 1, 1, 2, None])),
        sub_id=draw(st.sampled_from([ANNS, BOS, "nobodys", ""])),
        coupon_code=draw(st.sampled_from(["ANN10", "ann10", "SUMMER", ""])),
        placed_at=T0 + timedelta(days=draw(st.sampled_from([-60, 0, 30]))),
    )


def outcome(lines):
    with transaction.atomic():
        for line in lines:
            ingest(line, "push")
        order = Order.objects.get()
        end = (held_by(entries_of(order)), order.state, order.sub_id, order.coupon_code, credited())
        assert ledger.imbalance_minor() == 0
        assert not [check for check in audit() if not check.ok]
        transaction.set_rollback(True)
    return end


@settings(max_examples=40)
@given(data=st.data(), word=st.sampled_from(CodeRule.values), lines=st.lists(reports(), min_size=1, max_size=5))
def test_any_order_of_reports_with_codes_and_links_ends_in_the_same_credit(cast, farm, data, word, lines):
    rule(farm, word)
    shuffled = data.draw(st.permutations(lines + data.draw(st.lists(st.sampled_from(lines), max_size=3))))
    assert outcome(lines) == outcome(shuffled)
