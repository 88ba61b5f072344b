"""Django's registration of the project itself: its commands, its schedule and its checks."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from config import checks, databases, following  # noqa: F401  registers the checks

        connection_created.connect(databases.keep_private, dispatch_uid="config.keep_private")
        following.connect()
