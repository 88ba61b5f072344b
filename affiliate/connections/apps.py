"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "affiliate.connections"
    label = "connections"
