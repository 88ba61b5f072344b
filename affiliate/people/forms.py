"""Forms of a person's own pages: logging in, applying, accepting an invitation, the profile."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from affiliate.people.admission import accept, is_free
from affiliate.people.models import HANDLE, Application, Author, Invitation, User, not_reserved
from affiliate.people.pictures import portrait
from affiliate.people.terms import Agreeing

HANDLE_HELP = _("Lower-case letters, digits and hyphens. Your page will be /u/handle/.")
DISCLOSURE_HELP = _(
    "Say it where you work for, invest in or get things from brands or shops that you may write about. "
    "Readers see it with your posts. Leave it empty if there is nothing."
)


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """A name or an address, in a field called `username`, as the admin's form always had it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["login"].widget.attrs.update(
            placeholder="", autocomplete="username webauthn", autocapitalize="none"
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["password"].help_text = ""  # the page has its own way to a new password
        self.fields["remember"].label = _("Stay signed in on this device")

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else str(super().add_prefix(field_name))


class PersonFields(forms.Form):
    """Who somebody will be to readers."""

    name = forms.CharField(label=_("Pen name"), max_length=60, help_text=_("What readers see above your posts."))
    handle = forms.CharField(
        label=_("Handle"), max_length=30, validators=[HANDLE, not_reserved], help_text=HANDLE_HELP,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    disclosure = forms.CharField(
        label=_("Conflicts of interest"), max_length=500, required=False, help_text=DISCLOSURE_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    author: Author | None = None

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"]
        if not is_free(handle, but_for=self.author):
            raise ValidationError(_("This handle belongs or belonged to another author. Choose another."))
        return handle

    def person(self) -> dict[str, str]:
        """Name, handle and disclosure as entered."""
        return {name: self.cleaned_data[name] for name in ("name", "handle", "disclosure")}


class JoiningFields(Agreeing, PersonFields):
    """The same, of whoever joins."""


class ApplicationForm(JoiningFields):
    """For whoever has an account already: a first application, or another after a refusal."""

    about = forms.CharField(
        label=_("What would you write about?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you know well and use yourself. An editor or operator reads this."),
    )  # fmt: skip
    field_order = ("name", "handle", "about", "disclosure")

    def hand_in(self, user: User) -> Application:
        """Store it. Raises IntegrityError where another one waits."""
        with transaction.atomic():
            self.note_agreement(user)
            return self._application(user)

    def _application(self, user: User) -> Application:
        return Application.objects.create(user=user, about=self.cleaned_data["about"], **self.person())


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]
    """Writes to addresses in force. One that was entered and not confirmed yet opens nobody's account."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        waiting = EmailAddress.objects.filter(email__iexact=email, verified=False).values_list("user_id", flat=True)
        found: list[User] = self.users  # type: ignore[has-type]  # set by allauth in the call above
        self.users = [user for user in found if user.email.lower() == email.lower() or user.pk not in waiting]
        return email


class SignupForm(AllauthSignupForm, JoiningFields):  # type: ignore[misc]
    """An account and an application in one: allauth's fields, then who one wants to be, then why."""

    about = ApplicationForm.base_fields["about"]
    field_order = ("email", "username", "password1", "name", "handle", "about", "disclosure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_account(self)

    @transaction.atomic
    def save(self, request: HttpRequest) -> Any:
        user = super().save(request)
        Application.objects.create(user=user, about=self.cleaned_data["about"], **self.person())
        self.note_agreement(user)
        return user


class InvitedForm(AllauthSignupForm, JoiningFields):  # type: ignore[misc]
    """An account for whoever was invited. The address is that of the letter, and confirmed by it."""

    field_order = ("email", "username", "password1", "name", "handle", "disclosure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_account(self)
        self.fields["email"].disabled = True

    @transaction.atomic
    def join(self, request: HttpRequest, invitation: Invitation) -> User:
        """Make the account and the author. Raises ValidationError, with nothing made, where the letter is worthless."""
        user: User = self.save(request)
        accept(invitation.pk, user, **self.person())
        self.note_agreement(user)
        return user


class AcceptForm(JoiningFields):
    """For an invited person who is logged in and no author yet."""


class ProfileForm(PersonFields):
    """What an author says of themselves."""

    role_line = forms.CharField(label=_("In one line"), max_length=80, required=False)
    introduction = forms.CharField(
        label=_("Introduction"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    picture = forms.FileField(
        label=_("Picture"), required=False, help_text=_("JPEG, PNG, WebP or AVIF, up to 10 MB; it is cut to a square."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    no_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    field_order = ("name", "handle", "role_line", "introduction", "disclosure", "picture", "no_picture")

    def __init__(self, author: Author, *args: Any, **kwargs: Any) -> None:
        fields = ("name", "handle", "role_line", "introduction", "disclosure")
        kwargs["initial"] = {name: getattr(author, name) for name in fields}
        super().__init__(*args, **kwargs)
        self.author: Author = author
        self.fields["handle"].help_text = _(
            "Part of the address of your page. The old address goes on leading to you, and nobody else can take it."
        )
        if not author.picture:
            del self.fields["no_picture"]

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        return portrait(picture) if isinstance(picture, UploadedFile) else None

    def save(self) -> Author:
        """Store it. Raises IntegrityError where somebody took the handle in this very moment."""
        author = self.author
        for name in ("name", "handle", "role_line", "introduction", "disclosure"):
            setattr(author, name, self.cleaned_data[name])
        if self.cleaned_data.get("picture"):
            author.picture = self.cleaned_data["picture"]
        elif self.cleaned_data.get("no_picture"):
            author.picture = ""
        author.save()
        return author


def label_account(form: forms.Form) -> None:
    """Our words for allauth's fields."""
    labels = {"email": _("E-mail address"), "username": _("User name"), "password1": _("Password")}
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs["placeholder"] = ""
    form.fields["username"].help_text = _("For logging in; readers do not see it.")
