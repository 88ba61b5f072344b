"""From what a network reports back to placement and author."""

from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from affiliate.people.api import Author
from affiliate.tracking import api
from affiliate.tracking.api import PageRef
from affiliate.tracking.codes import random_code
from affiliate.tracking.exit.tokens import CODE, TOKEN_LENGTH, codes_in, new_token
from affiliate.tracking.models import Click, PlacementLink

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@given(st.from_regex(r"[a-z][a-z0-9]{7,9}", fullmatch=True))
def test_a_token_is_carried_by_every_network_and_names_its_code(code):
    token = new_token(code)
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= set(LETTERS)
    assert code in codes_in(token)
    assert new_token(code) != token


@given(st.text(max_size=60))
def test_no_text_breaks_the_search_for_codes(text):
    assert all(CODE.fullmatch(code) and text.startswith(code) for code in codes_in(text))


def test_codes_are_of_one_length_with_a_letter_first():
    codes = {random_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(CODE.fullmatch(code) and len(code) == 8 for code in codes)


@pytest.mark.django_db
class TestCredit:
    def click(self, placement):
        token = new_token(placement.code)
        return Click.objects.create(token=token, code=placement.code, at=timezone.now(), kind="human")

    def test_a_click_is_the_surest_basis(self, place, author):
        placement = place(1)[0]
        click = self.click(placement)
        credit = api.credit_of(click.token.upper() + " ", "", "shop")
        assert (credit.placement, credit.author, credit.basis) == (placement, author, "click")
        assert api.last_click_of(credit.token) == click

    def test_a_lost_click_still_names_the_author_by_its_code(self, place, author):
        placement = place(1)[0]
        credit = api.credit_of(new_token(placement.code), "", "shop")
        assert (credit.author, credit.basis) == (author, "placement")

    def test_the_code_alone_credits_the_placement_even_when_retired(self, place, page):
        placement = place(1)[0]
        api.retire_page(page.id)
        credit = api.credit_of(placement.code, "", "shop")
        assert (credit.placement, credit.token, credit.basis) == (placement, "", "placement")

    @pytest.mark.parametrize("sub_id", ["", "zzzzzzzz", "1234", "x" * 80, "种草", "a'; --"])
    def test_an_unknown_sub_id_credits_nobody(self, place, sub_id):
        place(1)
        assert api.credit_of(sub_id, "", "shop") is None

    def test_a_code_of_another_network_credits_nobody(self, place):
        assert api.credit_of(place(1)[0].code, "", "jd") is None

    def test_a_slot_credits_the_only_author_who_has_it(self, place, author):
        placements = place(2)
        PlacementLink.objects.update(ad_slot="mm_1", sub_id="")
        credit = api.credit_of("", "mm_1", "shop")
        assert (credit.author, credit.placement, credit.basis) == (author, None, "ad_slot")
        PlacementLink.objects.filter(placement=placements[0]).update(ad_slot="mm_2")
        assert api.credit_of("", "mm_1", "shop").placement == placements[1]

    def test_a_slot_of_two_authors_and_one_beside_sub_ids_credit_nobody(self, place):
        place(1)
        place(1, by=Author.objects.create(handle="wu", name="吴"), on=PageRef(id=8, title="", url="/8/"))
        PlacementLink.objects.update(ad_slot="mm_1", sub_id="")
        assert api.credit_of("", "mm_1", "shop") is None
        PlacementLink.objects.update(ad_slot="mm_1", sub_id="given")
        assert api.credit_of("", "mm_1", "shop") is None
