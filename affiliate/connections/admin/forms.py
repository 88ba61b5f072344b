"""Forms of the room: credentials that are written and never shown, and merchants."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from affiliate.connections import accounts, states
from affiliate.connections.admin.key_words import labelled
from affiliate.connections.checking import kept_keys
from affiliate.connections.models import Account, Merchant
from affiliate.networks.api import registry

LETTERS = gettext_lazy("Use lower-case letters, digits and hyphens.")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,29}", re.ASCII)
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?")


class CredentialsForm(forms.Form):
    """One field a credential. What is kept is never sent to the browser: an empty field leaves it as it is."""

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        adapter, kept = registry.adapter_class(account.network), kept_keys(account)
        for key in accounts.keys_of(adapter):
            self.fields[key] = forms.CharField(
                label=labelled(key),
                required=False,
                max_length=2000,
                strip=True,
                widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
                help_text=_help(kept.get(key), optional=key in adapter.optional_keys),
            )
        removable = [(key, key) for key, where in kept.items() if where == "admin"]
        if removable:
            self.fields["forget"] = forms.MultipleChoiceField(
                label=_("Remove what is kept"),
                choices=removable,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self._add_limits()

    def _add_limits(self) -> None:
        """What the network's console tells a person and its interface does not tell us."""
        until = self.account.authorised_until
        self.fields["runs_out"] = forms.DateField(
            label=_("Credentials run out on"),
            required=False,
            initial=timezone.localtime(until).date() if until else None,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=_("As the network's console says. Operators are told a week before."),
        )
        if not self.account.is_default:
            return  # calls are counted for the network
        self.fields["calls_a_day"] = forms.IntegerField(
            label=_("Calls allowed in a day"),
            required=False,
            min_value=1,
            max_value=2_000_000_000,
            initial=states.state(self.account.network).calls_a_day,
            help_text=_("As the network's console says. Shown beside the calls of today."),
        )

    def save(self) -> None:
        """Keep what was entered, the credentials encrypted."""
        others = ("forget", "runs_out", "calls_a_day")
        entered = {key: value for key, value in self.cleaned_data.items() if key not in others}
        forget = tuple(self.cleaned_data.get("forget") or ())
        slug, name = self.account.network, self.account.name
        if any(entered.values()) or forget:
            accounts.save_credentials(slug, entered, forget=forget, account=name)
        if "runs_out" in self.changed_data:
            accounts.set_end(slug, self.cleaned_data["runs_out"], account=name)
        if "calls_a_day" in self.changed_data:
            states.set_calls_a_day(slug, self.cleaned_data["calls_a_day"])


class AccountForm(forms.Form):
    """The name of one more account."""

    name = forms.CharField(
        label=gettext_lazy("Name of the account"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Such as the site or the pid it stands for. It cannot be changed later."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError(_("The name has characters that cannot be seen. Type it anew."), code="name")
        return name


class MerchantForm(WagtailAdminModelForm):
    """A direct merchant. The secret has a page of its own."""

    class Meta:
        model = Merchant
        fields = [
            "name", "slug", "hosts", "link_template", "item_url_pattern", "currency", "commission_rate_bp",
            "window_days", "code_rule", "terms", "active",
        ]  # fmt: skip
        help_texts = {
            "slug": gettext_lazy("Such as farm. Part of orders, links and signatures; it cannot be changed later."),
            "item_url_pattern": gettext_lazy(
                "How the shop's addresses name an item, such as /item/(?P<id>\\d+). Empty: the path itself."
            ),
            "commission_rate_bp": gettext_lazy("800 is 8 % of what the buyer pays."),
        }
        error_messages = {"slug": {"invalid": LETTERS}}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if self.instance.pk and slug != Merchant.objects.get(pk=self.instance.pk).slug:
            raise forms.ValidationError(
                _("The short name is part of orders, links and signatures already. It stays as it is."), code="slug"
            )
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError(LETTERS, code="slug")
        return slug

    def clean_commission_rate_bp(self) -> int:
        rate: int = self.cleaned_data["commission_rate_bp"]
        if rate > 10_000:
            raise forms.ValidationError(_("10000 basis points are the whole price. Enter less."), code="rate")
        return rate

    def clean_hosts(self) -> str:
        hosts = [host.strip().lower() for host in self.cleaned_data["hosts"].split(",") if host.strip()]
        wrong = [host for host in hosts if not HOST.fullmatch(host)]
        if wrong or not hosts:
            raise forms.ValidationError(
                _("Write host names alone, such as shop.example, without https:// and without a path."), code="host"
            )
        return ",".join(dict.fromkeys(hosts))

    def clean_item_url_pattern(self) -> str:
        pattern: str = self.cleaned_data["item_url_pattern"]
        try:
            names = re.compile(pattern).groupindex
        except re.error as exc:
            raise forms.ValidationError(
                _("This is not a regular expression: %(why)s") % {"why": exc}, code="pattern"
            ) from exc
        if pattern and "id" not in names:
            raise forms.ValidationError(_("The pattern must name the item's id, as in (?P<id>\\d+)."), code="pattern")
        return pattern

    def clean(self) -> dict[str, Any]:
        """The template may lead only where the merchant's links may lead, and must have room for the click."""
        cleaned: dict[str, Any] = super().clean()
        template, hosts = cleaned.get("link_template", ""), cleaned.get("hosts", "").split(",")
        try:
            parts = urlsplit(template)
            places = {parts.netloc.lower(), (parts.hostname or "").lower()}
        except ValueError:
            parts, places = urlsplit(""), set()
        if parts.scheme not in ("http", "https") or not places & set(hosts):
            self.add_error("link_template", _("The template must lead to one of the hosts above."))
        elif not any(mark in template for mark in ("{token}", "{sub_id}")):
            self.add_error("link_template", _("The template has no {token}, so no order could be credited."))
        return cleaned


def _help(where: str | None, *, optional: bool) -> str:
    if where == "environment":
        return _("Comes from the environment, which wins over what is entered here.")
    if where == "admin":
        return _("Kept. Leave empty to keep it; it is never shown again.")
    return _("Not set; it may stay so.") if optional else _("Not set.")
