"""Prices in words and markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.blocks.money import percent_below, plain_price, price_html


def test_prices_lose_no_fen():
    assert plain_price(13900) == "¥139"
    assert plain_price(13950) == "¥139.5"
    assert plain_price(13905) == "¥139.05"
    assert plain_price(5) == "¥0.05"


def test_the_sign_and_the_fen_are_marked_to_be_smaller():
    assert price_html(13905) == '<span class="price__sign">¥</span>139<span class="price__fen">.05</span>'


@given(st.integers(0, 10**12))
def test_the_written_price_is_the_price(minor):
    yuan, _, fen = plain_price(minor)[1:].partition(".")
    assert int(yuan) * 100 + int(fen.ljust(2, "0") or 0) == minor


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_saving_is_never_rounded_up(price, usual):
    percent = percent_below(price, usual)
    assert usual * percent <= (usual - price) * 100
