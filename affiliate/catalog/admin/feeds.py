"""A merchant's feed in the admin: where it comes from, what came of each reading, and what waits for a person."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from affiliate.catalog.admin.forms import FeedForm, UploadForm
from affiliate.catalog.feeds import deciding, holding, starting
from affiliate.catalog.models import FeedHold, FeedItem, FeedRun, MerchantFeed, RunState
from affiliate.catalog.reading_out import yuan
from affiliate.connections.api import Merchant
from affiliate.networks.api import from_kept, reason_of, translated

CHANGE = "connections.change_merchant"
RUNS_SHOWN, HOLDS_SHOWN = 20, 50


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The page: POST keeps where the feed is."""
    found = _feed(request, pk)
    form = FeedForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. What the feed says is read at the next turn of the schedule."))
        return redirect("catalog:feed", pk=pk)
    return _page(request, found, form, UploadForm(), 422 if form.errors else 200)


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file; a worker reads it."""
    found = _feed(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, FeedForm(instance=found), form, 422)
    file = form.cleaned_data["file"]
    run = starting.take_upload(found, file.read(), file.name, request.user.get_username())
    messages.success(request, _("The file is kept and will be read within a minute."))
    return redirect("catalog:run", pk=run.pk)


@require_POST
def read_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch the feed now; with `believe` its prices are taken however far they jump."""
    found = _feed(request, pk)
    if not found.url:
        messages.error(request, _("The feed has no address. Enter one, or upload a file."))
        return redirect("catalog:feed", pk=pk)
    run = starting.start(found, believes_jumps="believe" in request.POST)
    messages.success(request, _("The feed is fetched within a minute."))
    return redirect("catalog:run", pk=run.pk)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question."""
    _permitted(request)
    hold = get_object_or_404(FeedHold, pk=pk)
    try:
        done = deciding.decide(hold.pk, accept="accept" in request.POST, by=request.user.get_username())
    except ValueError as exc:
        messages.error(request, _("Nothing was decided: %(why)s") % {"why": translated(reason_of(exc), _)})
    else:
        said = _("Decided. It is kept with your name.") if done else _("Somebody has decided this already.")
        messages.success(request, said)
    return redirect("catalog:feed", pk=hold.feed.merchant_id)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of one reading, with every row that could not be taken."""
    _permitted(request)
    found = get_object_or_404(FeedRun.objects.defer("data").select_related("feed__merchant"), pk=pk)
    rows = [{**row, "reason": in_words(row), "text": _row_text(row)} for row in found.rejected]
    merchant = found.feed.merchant
    context = {
        "run": found,
        "rows": rows,
        "problem": in_words(found.problem) if found.problem else "",
        "preview": shown(found.preview, found.feed.merchant.currency) if found.preview else None,
        "merchant": merchant,
        "page_title": found.filename or _("Fetched feed"),
        "breadcrumbs_items": [*crumbs(merchant), {"url": "", "label": found.filename or _("Fetched feed")}],
    }
    return render(request, "catalog/run.html", context)


@require_POST
def decide_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a whole feed through that waits for a person, or refuse it."""
    _permitted(request)
    found = get_object_or_404(FeedRun.objects.defer("data"), pk=pk)
    accept = "accept" in request.POST
    if holding.decide(found.pk, accept=accept, by=request.user.get_username()) is None:
        messages.error(request, _("It waits no longer: somebody has decided, or a newer reading came first."))
    elif accept:
        messages.success(request, _("The feed is taken within a minute, just as it is shown here."))
    else:
        messages.success(request, _("Not taken. What is stored stays in force."))
    return redirect("catalog:run", pk=found.pk)


def shown(preview: dict[str, Any], currency: str) -> dict[str, Any]:
    """A preview with its prices as readers see them."""
    prices = {name: yuan(preview[name], currency) for name in ("lowest", "median", "highest", "median_before")}
    samples = [
        {**sample, **{name: yuan(sample[name], currency) for name in ("price", "list_price", "before")},
         "reduced": sample["price"] != sample["list_price"], "known": sample["before"] is not None}
        for sample in preview["samples"]
    ]  # fmt: skip
    return {**preview, **prices, "samples": samples}


def in_words(said: dict[str, Any]) -> str:
    """A kept reason in the reader's language."""
    return translated(from_kept(said), _)


def crumbs(merchant: Merchant) -> list[dict[str, str]]:
    """The way to the feed's page."""
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("merchants:index"), "label": _("Direct merchants")},
        {"url": reverse("merchants:edit", args=[merchant.pk]), "label": merchant.name},
        {"url": reverse("catalog:feed", args=[merchant.pk]), "label": _("Products")},
    ]


def _page(
    request: HttpRequest, found: MerchantFeed, form: FeedForm, uploading: UploadForm, status: int
) -> HttpResponse:
    merchant = found.merchant
    holds = list(FeedHold.objects.filter(feed=found, accepted=None)[:HOLDS_SHOWN])
    for hold in holds:
        hold.old, hold.new = yuan(hold.old_minor, merchant.currency), yuan(hold.new_minor, merchant.currency)  # type: ignore[attr-defined]
    products = FeedItem.objects.filter(feed=found)
    context = {
        "merchant": merchant,
        "feed": found,
        "form": form,
        "uploading": uploading,
        "holds": holds,
        "waiting": FeedHold.objects.filter(feed=found, accepted=None).count(),
        "runs": FeedRun.objects.filter(feed=found).defer("data", "rejected")[:RUNS_SHOWN],
        "held_run": FeedRun.objects.filter(feed=found, state=RunState.HELD).defer("data", "rejected").first(),
        "present": products.filter(present=True).count(),
        "gone": products.filter(present=False).count(),
        "page_title": _("Products of %(merchant)s") % {"merchant": merchant.name},
        "breadcrumbs_items": crumbs(merchant),
    }
    return render(request, "catalog/feed.html", context, status=status)


def _row_text(row: dict[str, Any]) -> str:
    return " · ".join(f"{column}: {cell}" for column, cell in row.get("cells", {}).items() if cell)[:400]


def _feed(request: HttpRequest, merchant_pk: int) -> MerchantFeed:
    _permitted(request)
    return starting.feed_of(get_object_or_404(Merchant, pk=merchant_pk))


def _permitted(request: HttpRequest) -> None:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
