"""Django's registration of the project itself: its commands, its schedule and its checks."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import checks, following  # noqa: F401  registers them

        following.connect()
