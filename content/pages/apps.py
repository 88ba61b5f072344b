"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "content.pages"
    label = "pages"
