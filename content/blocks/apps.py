"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class BlocksConfig(AppConfig):
    name = "content.blocks"
    label = "blocks"
