"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "content.community"
    label = "community"
