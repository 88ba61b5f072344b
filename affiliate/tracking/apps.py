"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "affiliate.tracking"
    label = "tracking"
