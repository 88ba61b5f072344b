"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "content.desk"
    label = "desk"
