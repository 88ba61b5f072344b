"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class EarningsConfig(AppConfig):
    name = "affiliate.earnings"
    label = "earnings"
