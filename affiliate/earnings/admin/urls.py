"""Addresses under /admin/earnings/."""

from __future__ import annotations

from django.urls import path

from affiliate.earnings.admin.files import FilesView, FileView
from affiliate.earnings.admin.income import IncomeView, TaxView
from affiliate.earnings.admin.line import LineView
from affiliate.earnings.admin.lines import EverybodyView, LinesView
from affiliate.earnings.admin.merchants import CodesView, MerchantsView, MerchantView
from affiliate.earnings.admin.pushes import PushesView, TryView
from affiliate.earnings.admin.queue import AssignView, QueueView

app_name = "earnings"
urlpatterns = [
    path("", LinesView.as_view(), name="lines"),
    path("all/", EverybodyView.as_view(), name="everybody"),
    path("lines/<int:pk>/", LineView.as_view(), name="line"),
    path("lines/<int:pk>/assign/", AssignView.as_view(), name="assign"),
    path("queue/", QueueView.as_view(), name="queue"),
    path("tax/", TaxView.as_view(), name="tax"),
    path("income/", IncomeView.as_view(), name="income"),
    path("merchants/", MerchantsView.as_view(), name="merchants"),
    path("merchants/<int:pk>/", MerchantView.as_view(), name="merchant"),
    path("merchants/<int:pk>/codes/", CodesView.as_view(), name="codes"),
    path("pushes/", PushesView.as_view(), name="pushes"),
    path("pushes/<int:pk>/try/", TryView.as_view(), name="push_try"),
    path("files/", FilesView.as_view(), name="files"),
    path("files/<int:pk>/", FileView.as_view(), name="file"),
]
