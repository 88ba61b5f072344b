"""Addresses under /admin/products/."""

from __future__ import annotations

from django.urls import path

from affiliate.catalog.admin import same

app_name = "same"
urlpatterns = [
    path("", same.listing, name="listing"),
    path("question/<int:pk>/", same.decide, name="decide"),
    path("question/<int:pk>/undo/", same.undo, name="undo"),
    path("item/<int:pk>/split/", same.split, name="split"),
]
