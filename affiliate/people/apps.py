"""Django's registration of the room."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "affiliate.people"
    label = "people"
