"""Admin addresses of the room."""

from __future__ import annotations

from django.urls import path

from affiliate.connections.admin import merchants, networks

app_name = "connections"
urlpatterns = [
    path("", networks.show, name="networks"),
    path("merchant/<int:pk>/secret/", merchants.secret, name="secret"),
    path("<slug:slug>/", networks.credentials, name="credentials"),
    path("<slug:slug>/switch/", networks.switch, name="switch"),
    path("<slug:slug>/test/", networks.test, name="test"),
]
