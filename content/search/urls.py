"""Addresses of the readers' search."""

from __future__ import annotations

from django.urls import path

from content.search.views import search

urlpatterns = [path("search/", search, name="search")]
