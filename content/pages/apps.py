"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "content.pages"
    label = "pages"

    def ready(self) -> None:
        from affiliate.people.api import set_terms
        from content.pages import joining, signal_handlers

        signal_handlers.connect()
        set_terms(joining.terms)
