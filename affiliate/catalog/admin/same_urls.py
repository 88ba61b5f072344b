"""Addresses under /admin/products/."""

from __future__ import annotations

from django.urls import path

from affiliate.catalog.admin import joining, same

app_name = "same"
urlpatterns = [
    path("", same.listing, name="listing"),
    path("join/", joining.join, name="join"),
    path("question/<int:pk>/", same.decide, name="decide"),
    path("question/<int:pk>/undo/", same.undo, name="undo"),
    path("item/<int:pk>/split/", same.split, name="split"),
]
