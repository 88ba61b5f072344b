"""Admin addresses of the room."""

from __future__ import annotations

from django.urls import path

from affiliate.connections.admin import accounts, authorise, merchants, networks

app_name = "connections"
urlpatterns = [
    path("", networks.show, name="networks"),
    path("merchant/<int:pk>/secret/", merchants.secret, name="secret"),
    path("<slug:slug>/", accounts.credentials, name="credentials"),
    path("<slug:slug>/add/", accounts.add, name="add_account"),
    path("<slug:slug>/default/", accounts.make_default, name="make_default"),
    path("<slug:slug>/remove/", accounts.remove, name="remove_account"),
    path("<slug:slug>/switch/", networks.switch, name="switch"),
    path("<slug:slug>/authorise/", authorise.authorise, name="authorise"),
    path("<slug:slug>/authorised/", authorise.authorised, name="authorised"),
    path("<slug:slug>/renew/", authorise.renew, name="renew"),
    path("<slug:slug>/test/", networks.test, name="test"),
]
