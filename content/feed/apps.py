"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "content.feed"
    label = "feed"

    def ready(self) -> None:
        from content.feed import signal_handlers

        signal_handlers.connect()
