"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "content.pages"
    label = "pages"

    def ready(self) -> None:
        from content.pages import signal_handlers

        signal_handlers.connect()
