"""Addresses of a member's own data."""

from __future__ import annotations

from django.urls import path

from config.members import views

urlpatterns = [
    path("data/", views.show, name="member"),
    path("data.zip", views.download, name="member_download"),
    path("close/", views.close, name="member_close"),
    path("agree/", views.agree, name="member_agree"),
    path("close/cancel/", views.cancel, name="member_cancel"),
]
