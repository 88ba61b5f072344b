"""Addresses of the feed."""

from __future__ import annotations

from django.urls import path

from content.feed import sitemap, syndication, views

urlpatterns = [
    path("", views.front, name="front"),
    path("feed.xml", syndication.feed_xml, name="feed"),
    path("sitemap.xml", sitemap.sitemap_xml, name="sitemap"),
    path("robots.txt", sitemap.robots_txt, name="robots"),
    path("language/", views.set_language, name="language"),
    path("u/<slug:handle>/", views.storefront, name="storefront"),
]
