"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "content.moderation"
    label = "moderation"
