"""A member's own data: the page, the file, and the way out in two steps."""

from __future__ import annotations

import logging
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from affiliate.earnings import api as earnings
from affiliate.people.api import (
    ConsentKind,
    User,
    author_of,
    consent_in_force,
    give_consent,
    may_manage,
    terms_now,
)
from config.members import closing, export

log = logging.getLogger("zhongcao.members")

MANAGE = "config.manage_members"


class ClosingForm(forms.Form):
    """The second step: typed, not clicked."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    posts_too = forms.BooleanField(label=gettext_lazy("Take my posts off the site as well"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():  # who logs in another way types their user name
            self.fields["password"] = forms.CharField(label=_("Your user name"))

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        usable = self.user.has_usable_password()
        if not (self.user.check_password(typed) if usable else typed == self.user.get_username()):
            raise ValidationError(_("That is not right. Nothing was changed."), code="wrong")
        return typed


def _self(request: HttpRequest) -> User:
    """Who asks; behind `login_required`."""
    return cast(User, request.user)


@never_cache
@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    author = author_of(request.user)
    held = earnings.balances(author) if author else {}
    context = {
        "closing": closing.closing_of(_self(request)),
        "days": closing.GRACE.days,
        "terms": terms_now(),
        "agreed": consent_in_force(_self(request), ConsentKind.TERMS),
        "consents": _self(request).consents.order_by("-given_at", "-pk"),
        "open_minor": sum(minor for kind, minor in held.items() if kind != earnings.AccountKind.AUTHOR_PAID),
    }
    return render(request, "members/data.html", context)


@never_cache
@login_required
@require_safe
def download(request: HttpRequest) -> FileResponse:
    return _file(_self(request))


@never_cache
@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    form = ClosingForm(_self(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            closing.ask(_self(request), posts_too=form.cleaned_data["posts_too"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("member")
    context = {"form": form, "days": closing.GRACE.days}
    return render(request, "members/close.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """To the terms as they stand, from the member's own page: for whoever joined by earlier ones."""
    terms = terms_now()
    if terms is not None and request.POST.get("version") == terms.version:
        give_consent(_self(request), ConsentKind.TERMS, terms.version)
    return redirect("member")


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    closing.cancel(_self(request))
    return redirect("member")


def _member(request: HttpRequest, pk: int) -> User:
    """Of whom an operator asks. Only superusers see to who may do as much as an operator, or something else."""
    if not request.user.has_perm(MANAGE):
        raise PermissionDenied
    member: User = get_object_or_404(User, pk=pk)
    if not may_manage(_self(request), member):
        raise PermissionDenied
    return member


@never_cache
@require_safe
def operators_show(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    context = {
        "member": member,
        "closing": closing.closing_of(member),
        "days": closing.GRACE.days,
        "page_title": _("Personal data"),
        "header_icon": "user",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": member.get_username()},
        ],
    }
    return render(request, "people/personal_data.html", context)


@never_cache
@require_safe
def operators_download(request: HttpRequest, pk: int) -> FileResponse:
    member = _member(request, pk)
    log.info("The data of user %s was handed to user %s.", member.pk, request.user.pk)
    return _file(member)


@require_POST
def operators_close(request: HttpRequest, pk: int) -> HttpResponse:
    """On the member's request. The member is told by mail, and can take it back."""
    member = _member(request, pk)
    if request.POST.get("cancel"):
        closing.cancel(member)
    elif request.POST.get("username", "").strip() != member.get_username():
        messages.error(request, _("That is not right. Nothing was changed."))
    else:
        try:
            closing.ask(member, posts_too=bool(request.POST.get("posts_too")), by_operator=True)
            log.info("Closing the account of user %s was asked for by user %s.", member.pk, request.user.pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("config_member", pk)


def _file(member: User) -> FileResponse:
    name = f"personal-data-{timezone.localdate():%Y%m%d}.zip"
    file = export.export(member, settings.WAGTAIL_SITE_NAME)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
