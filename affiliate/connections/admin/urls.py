"""Admin addresses of the room."""

from __future__ import annotations

from django.urls import path

from affiliate.connections.admin import authorise, merchants, networks

app_name = "connections"
urlpatterns = [
    path("", networks.show, name="networks"),
    path("merchant/<int:pk>/secret/", merchants.secret, name="secret"),
    path("<slug:slug>/", networks.credentials, name="credentials"),
    path("<slug:slug>/switch/", networks.switch, name="switch"),
    path("<slug:slug>/authorise/", authorise.authorise, name="authorise"),
    path("<slug:slug>/authorised/", authorise.authorised, name="authorised"),
    path("<slug:slug>/renew/", authorise.renew, name="renew"),
    path("<slug:slug>/test/", networks.test, name="test"),
]
