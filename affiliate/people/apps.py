"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "affiliate.people"
    label = "people"

    def ready(self) -> None:
        from affiliate.people import signal_handlers
        from affiliate.people.admin.forms import let_names_be_empty

        let_names_be_empty()
        signal_handlers.connect()
