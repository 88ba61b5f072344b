"""Addresses under /admin/feeds/."""

from __future__ import annotations

from django.urls import path

from affiliate.catalog.admin import feeds

app_name = "catalog"
urlpatterns = [
    path("<int:pk>/", feeds.feed, name="feed"),
    path("<int:pk>/upload/", feeds.upload, name="upload"),
    path("<int:pk>/read/", feeds.read_now, name="read"),
    path("hold/<int:pk>/", feeds.decide, name="decide"),
    path("run/<int:pk>/", feeds.run, name="run"),
    path("run/<int:pk>/decide/", feeds.decide_run, name="decide_run"),
]
