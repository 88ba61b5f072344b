"""Addresses of people in the admin."""

from __future__ import annotations

from django.urls import path

from affiliate.people.admin import joining

app_name = "people_admin"
urlpatterns = [
    path("applications/", joining.applications, name="applications"),
    path("applications/<int:pk>/", joining.application, name="application"),
    path("applications/<int:pk>/decide/", joining.decide, name="decide"),
    path("invitations/", joining.invitations, name="invitations"),
    path("invitations/write/", joining.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", joining.withdraw, name="withdraw"),
]
