"""Every credential that an operator is asked for is called what the network's console calls it."""

from __future__ import annotations

import pytest

from affiliate.connections import accounts
from affiliate.connections.admin.key_words import WORDS, labelled
from affiliate.networks.api import registry

KEYS = sorted({key for slug in registry.slugs() for key in accounts.keys_of(registry.adapter_class(slug))})


@pytest.mark.parametrize("key", KEYS)
def test_a_credential_is_named_by_its_key_and_a_word(key: str) -> None:
    assert labelled(key).startswith(f"{key} · ")


def test_no_word_is_kept_for_a_key_that_nobody_asks_for() -> None:
    assert set(WORDS) == set(KEYS)
