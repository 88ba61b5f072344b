"""Public addresses of this room."""

from __future__ import annotations

from django.urls import path

from affiliate.earnings import agency_views, postback

urlpatterns = [
    path("account/agency/earnings/", agency_views.earnings, name="earnings_agency"),
    path("account/agency/earnings.csv", agency_views.file, name="earnings_agency_file"),
    path("postback/direct/", postback.direct, name="postback_direct"),
    path("postback/<slug:network>/", postback.network_push, name="postback"),
]
