"""A person's own pages below /account/, and the one login of the site."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView as AllauthLoginView
from allauth.account.views import SignupView
from csp.utils import build_policy
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from affiliate.people import admission
from affiliate.people.forms import AcceptForm, ApplicationForm, InvitedForm, ProfileForm
from affiliate.people.models import Agency, Application, Author, Invitation, author_of, me

TOKEN = "people_invitation_token"  # noqa: S105  the name under which a session keeps it


class LoginView(AllauthLoginView):  # type: ignore[misc]
    """At the admin's address, with the readers' strict policy: nothing on it runs inline."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            # Whoever sends a name and a password wants to be that person, whoever was logged in before.
            request.user = AnonymousUser()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = build_policy()
        return response

    def get_authenticated_redirect_url(self) -> str:
        """The admin sends here whom it does not admit: sent back there they would go round in circles."""
        if not self.request.user.has_perm("wagtailadmin.access_admin"):
            return reverse("people_home")
        return str(super().get_authenticated_redirect_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = get_adapter().is_open_for_signup(self.request)
        return super().get_context_data(applications_open=is_open, **kwargs)  # type: ignore[no-any-return]


login = LoginView.as_view()


def login_elsewhere(request: HttpRequest) -> HttpResponse:
    """`/account/login/` leads to the one login, and keeps where somebody wanted to go."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(reverse("account_login") + (f"?{query}" if query else ""))


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody who is no author yet learns how their application stands; others go to what is theirs."""
    if author_of(request.user) is not None:
        return redirect("people_profile")
    if Agency.objects.filter(members=me(request)).exists():
        return redirect("people_agency")
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("mfa_index")  # who works here and writes nothing has no profile, but an account to guard
    return redirect("people_application")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest) -> HttpResponse:
    """The state of one's application, and the form of a new one where none waits."""
    if author_of(request.user) is not None:
        return redirect("people_profile")
    latest = Application.objects.filter(user=me(request)).first()
    waiting = latest is not None and latest.state == Application.State.WAITING
    form = None
    if not waiting and get_adapter().is_open_for_signup(request):
        initial = {name: getattr(latest, name, "") for name in ("name", "handle", "about", "disclosure")}
        form = ApplicationForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                form.hand_in(me(request))
            except IntegrityError:
                messages.info(request, _("Your application is here already. Nothing was sent twice."))
            else:
                messages.success(request, _("Your application is here. You get a mail when it is decided."))
            return redirect("people_application")
    context = {"application": latest, "waiting": waiting, "form": form}
    return render(request, "account/application.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """An author's own words about themselves."""
    author = author_of(request.user)
    if author is None:
        return redirect("people_application")
    form = ProfileForm(author, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except IntegrityError:
            form.add_error("handle", _("Somebody took this handle a moment ago. Nothing was changed; choose another."))
        else:
            messages.success(request, _("Saved. Readers see it within a second."))
            return redirect("people_profile")
    # A form that was refused has written into the author in memory; the page shows what is kept.
    kept = Author.objects.select_related("agency").get(pk=author.pk)
    return render(request, "account/profile.html", {"form": form, "author": kept})


@never_cache
@login_required
def agency(request: HttpRequest) -> HttpResponse:
    """For members of agencies: the authors below each, and nobody else's."""
    agencies = list(Agency.objects.filter(members=me(request)).prefetch_related("authors").order_by("name"))
    if not agencies:
        raise Http404
    return render(request, "account/agency.html", {"agencies": agencies})


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a letter: the token moves into the session, so that no further address carries it."""
    request.session[TOKEN] = token
    return redirect("people_accept")


@method_decorator(never_cache, name="dispatch")
class AcceptView(SignupView):  # type: ignore[misc]
    """What stands behind a letter of invitation: an account to make, or one to accept with."""

    template_name = "account/invitation.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = admission.open_invitation(request.session.get(TOKEN, ""))
        if found is None:
            return render(request, "account/invitation_over.html", status=410)
        self.invitation = found
        if request.user.is_authenticated:
            return accept_as(request, self.invitation)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def is_open(self) -> bool:
        return True

    def get_form_class(self) -> type[InvitedForm]:
        return InvitedForm

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.invitation.email}

    def form_valid(self, form: InvitedForm) -> HttpResponse:
        if form.account_already_exists:
            form.add_error(
                None, _("There is an account with this address. Log in with it, then open the letter again.")
            )
            return self.refused(form)
        # The letter arrived, so the address is confirmed.
        get_adapter().stash_verified_email(self.request, self.invitation.email)
        try:
            form.join(self.request, self.invitation)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
            return self.refused(form)
        del self.request.session[TOKEN]
        messages.success(self.request, _("Welcome. Your account is made; log in with it."))
        return redirect("account_login")

    def refused(self, form: InvitedForm) -> HttpResponse:
        """The form again, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, **kwargs)  # type: ignore[no-any-return]


def accept_as(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The invitation accepted by who is logged in."""
    author = author_of(request.user)
    given = {"name": author.name, "handle": author.handle, "disclosure": author.disclosure} if author else {}
    form = AcceptForm(request.POST or None, initial=given)
    form.author = author
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                admission.accept(invitation.pk, me(request), **form.person())
                form.note_agreement(me(request))
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            del request.session[TOKEN]
            messages.success(request, _("Welcome. You write here now."))
            return redirect("people_profile")
    return render(request, "account/invitation.html", {"form": form, "invitation": invitation})
