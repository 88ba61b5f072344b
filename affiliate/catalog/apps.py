"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "affiliate.catalog"
    label = "catalog"
