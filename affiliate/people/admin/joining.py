"""Applications and invitations as operators meet them in the admin."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from affiliate.people import admission
from affiliate.people.models import Agency, Application, Invitation, me

PER_PAGE = 50
SEE_APPLICATIONS, DECIDE = "people.view_application", "people.change_application"
SEE_INVITATIONS, INVITE, WITHDRAW = "people.view_invitation", "people.add_invitation", "people.change_invitation"


def needs(permission: str) -> Any:
    """A view for those who hold the permission; 403 for everybody else."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return guarded

    return decorate


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page: home, then addresses and labels; the page itself has no address."""
    way = [(reverse("wagtailadmin_home"), _("Home")), *steps]
    return [{"url": url, "label": label} for url, label in way]


class InviteForm(forms.Form):
    """Whom to write to."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label=gettext_lazy("Agency"), required=False,
        help_text=gettext_lazy("The one agency above the author, where there is one."),
    )  # fmt: skip


@needs(SEE_APPLICATIONS)
def applications(request: HttpRequest) -> HttpResponse:
    """Who wants to write: those who wait first, then those decided."""
    state = request.GET.get("state", "")
    decided = Case(When(state=Application.State.WAITING, then=0), default=1)
    rows = Application.objects.select_related("user", "decided_by").order_by(decided, "-created_at")
    if state in Application.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    users = {row.user_id for row in page.object_list}
    confirmed = set(EmailAddress.objects.filter(user_id__in=users, verified=True).values_list("user_id", flat=True))
    context = {
        "page": page,
        "rows": [(row, row.user_id in confirmed) for row in page.object_list],
        "state": state,
        "states": Application.State.choices,
        "page_title": _("Applications"),
        "breadcrumbs_items": crumbs(("", _("Applications"))),
        "header_icon": "user",
    }
    return render(request, "people/applications.html", context)


@needs(SEE_APPLICATIONS)
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application, whole."""
    row = get_object_or_404(Application.objects.select_related("user", "decided_by"), pk=pk)
    earlier = Application.objects.filter(user=row.user).exclude(pk=pk)
    context = {
        "application": row,
        "earlier": earlier,
        "confirmed": admission.is_confirmed(row.user),
        "taken": not admission.is_free(row.handle) and row.state == Application.State.WAITING,
        "may_decide": row.state == Application.State.WAITING and request.user.has_perm(DECIDE),
        "page_title": row.name,
        "breadcrumbs_items": crumbs((reverse("people_admin:applications"), _("Applications")), ("", row.name)),
        "header_icon": "user",
    }
    return render(request, "people/application.html", context)


@require_POST
@needs(DECIDE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Admit or refuse, as the button says."""
    get_object_or_404(Application, pk=pk)
    try:
        if "admit" in request.POST:
            author = admission.admit(pk, me(request))
            messages.success(request, _("%(name)s is an author now, and was written to.") % {"name": author.name})
        else:
            admission.refuse(pk, me(request), request.POST.get("reason", "")[:300])
            messages.success(request, _("Refused. The applicant is told the reason by mail."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("people_admin:application", pk)
    return redirect("people_admin:applications")


@require_http_methods(["GET", "HEAD"])
@needs(SEE_INVITATIONS)
def invitations(request: HttpRequest, form: InviteForm | None = None) -> HttpResponse:
    """Letters that were written, and the form of another one."""
    rows = Invitation.objects.select_related("agency", "invited_by", "accepted_by").order_by("-created_at")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        "form": form or InviteForm(),
        "may_invite": request.user.has_perm(INVITE),
        "may_withdraw": request.user.has_perm(WITHDRAW),
        "days": admission.LETTER_DAYS,
        "page_title": _("Invitations"),
        "breadcrumbs_items": crumbs(("", _("Invitations"))),
        "header_icon": "mail",
    }
    return render(request, "people/invitations.html", context)


@require_POST
@needs(INVITE)
def invite(request: HttpRequest) -> HttpResponse:
    """Write the letter."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(
            request,
            _("No letter was written: %(why)s")
            % {"why": " ".join(str(why) for found in form.errors.values() for why in found)},
        )
        return redirect("people_admin:invitations")
    admission.invite(form.cleaned_data["email"], me(request), agency=form.cleaned_data["agency"])
    messages.success(request, _("The letter to %(email)s is on its way.") % {"email": form.cleaned_data["email"]})
    return redirect("people_admin:invitations")


@require_POST
@needs(WITHDRAW)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a letter worthless."""
    get_object_or_404(Invitation, pk=pk)
    if admission.withdraw(pk):
        messages.success(request, _("The invitation is withdrawn; its letter leads nowhere now."))
    else:
        messages.error(request, _("It was accepted or withdrawn before. Nothing was changed."))
    return redirect("people_admin:invitations")
