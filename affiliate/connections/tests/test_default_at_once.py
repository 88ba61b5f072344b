"""The default account chosen by several threads at once, each with a connection of its own, outside any transaction."""

from __future__ import annotations

import threading

from django.db import connection

from affiliate.connections import accounts, roster
from affiliate.connections.models import Account


def test_of_two_who_make_a_default_at_once_one_wins_and_one_default_is_left(django_db_setup, django_db_blocker):
    errors = []

    def choose(name: str) -> None:
        try:
            for _turn in range(3):
                roster.make_default("vip", name)
        except Exception as exc:  # noqa: BLE001 - shown by the assertion
            errors.append(exc)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        try:
            for name in ("a", "b"):
                roster.add("vip", name)
                accounts.save_credentials("vip", {"APP_KEY": name, "APP_SECRET": name}, account=name)
            threads = [threading.Thread(target=choose, args=[name]) for name in ("a", "b", "a", "b")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            defaults = list(Account.objects.filter(network="vip", is_default=True).values_list("name", flat=True))
        finally:
            Account.objects.filter(network="vip").delete()
    assert not errors and len(defaults) == 1 and defaults[0] in ("a", "b")
