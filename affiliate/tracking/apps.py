"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "affiliate.tracking"
    label = "tracking"

    def ready(self) -> None:
        from affiliate.tracking import signal_handlers

        signal_handlers.connect()
