"""Tracked links. The exit ahead of Django answers most of them; the view here is for what needs a page."""

from __future__ import annotations

from django.urls import re_path

from affiliate.tracking.views import go

app_name = "tracking"
urlpatterns = [re_path(r"^go/(?P<code>[^/]*)/?$", go, name="go")]
