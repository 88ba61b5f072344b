"""Public addresses of this room."""

from __future__ import annotations

from django.urls import path

from affiliate.earnings import postback

urlpatterns = [
    path("postback/direct/", postback.direct, name="postback_direct"),
    path("postback/<slug:network>/", postback.network_push, name="postback"),
]
