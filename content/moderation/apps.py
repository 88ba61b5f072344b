"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "content.moderation"
    label = "moderation"

    def ready(self) -> None:
        from content.moderation import privacy, signal_handlers

        signal_handlers.connect(self)
        privacy.register()
