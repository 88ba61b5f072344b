"""Django's registration of the room; after every migration the book's triggers and the first plan stand again."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EarningsConfig(AppConfig):
    name = "affiliate.earnings"
    label = "earnings"

    def ready(self) -> None:
        from affiliate.earnings import signal_handlers

        post_migrate.connect(signal_handlers.stand_again, sender=self, dispatch_uid="earnings.stand_again")
