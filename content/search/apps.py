"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "content.search"
    label = "search"

    def ready(self) -> None:
        from content.search import signal_handlers

        signal_handlers.connect()
