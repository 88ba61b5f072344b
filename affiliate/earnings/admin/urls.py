"""Addresses under /admin/earnings/."""

from __future__ import annotations

from django.urls import path

from affiliate.earnings.admin.files import FilesView, FileView
from affiliate.earnings.admin.line import LineView
from affiliate.earnings.admin.lines import EverybodyView, LinesView
from affiliate.earnings.admin.merchants import CodesView, MerchantsView, MerchantView
from affiliate.earnings.admin.queue import AssignView, QueueView

app_name = "earnings"
urlpatterns = [
    path("", LinesView.as_view(), name="lines"),
    path("all/", EverybodyView.as_view(), name="everybody"),
    path("lines/<int:pk>/", LineView.as_view(), name="line"),
    path("lines/<int:pk>/assign/", AssignView.as_view(), name="assign"),
    path("queue/", QueueView.as_view(), name="queue"),
    path("merchants/", MerchantsView.as_view(), name="merchants"),
    path("merchants/<int:pk>/", MerchantView.as_view(), name="merchant"),
    path("merchants/<int:pk>/codes/", CodesView.as_view(), name="codes"),
    path("files/", FilesView.as_view(), name="files"),
    path("files/<int:pk>/", FileView.as_view(), name="file"),
]
