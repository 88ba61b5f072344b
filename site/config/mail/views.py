"""Mail that could not be sent, in the admin: to whom, why, and a button that sends it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.paginator import WagtailPaginator

from config.mail.delivery import in_trouble, send_again
from config.mail.models import MailState, OutgoingMail

MANAGE = "config.manage_mail"
PER_PAGE = 50

View = Callable[..., HttpResponse]


def operators_only(view: View) -> View:
    """Refuses who may not manage mail."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_safe
@operators_only
def show(request: HttpRequest) -> HttpResponse:
    page = WagtailPaginator(in_trouble(), PER_PAGE).get_page(request.GET.get("p"))
    day = timezone.now() - timedelta(days=1)
    context = {
        "page": page,
        "elided_page_range": page.paginator.get_elided_page_range(page.number),
        "transport": str(settings.MAIL_TRANSPORT),
        "into_files": settings.MAIL_TRANSPORT.scheme == "file",
        "sender": settings.DEFAULT_FROM_EMAIL,
        "waiting": OutgoingMail.objects.filter(state__in=[MailState.WAITING, MailState.SENDING]).count(),
        "sent": OutgoingMail.objects.filter(state=MailState.SENT, ended_at__gte=day).count(),
        "page_title": _("Mail"),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Mail")},
        ],
    }
    return render(request, "mail/outbox.html", context)


@require_POST
@operators_only
def again(request: HttpRequest) -> HttpResponse:
    """One mail by `mail`, or all of them."""
    chosen = request.POST.get("mail", "")
    number = send_again([int(chosen)] if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None)
    if chosen and not number:
        messages.warning(request, _("This mail is not waiting any more, or its content is no longer kept."))
    else:
        said = ngettext(
            "%(number)s mail is tried again within a few seconds.",
            "%(number)s mails are tried again within a few seconds.",
            number,
        )
        messages.success(request, said % {"number": number})
    return redirect("config_mail")
