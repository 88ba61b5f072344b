"""The pool of ad slots in the admin: add many at once, close one, take one back; who has which, and who had it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from affiliate.connections import api as connections
from affiliate.networks.api import NetworkError, registry
from affiliate.tracking import slots
from affiliate.tracking.models import AdSlot, SlotLoan


def networks_with_slots() -> list[tuple[str, str]]:
    """Networks whose orders name an ad slot and nothing better."""
    told = {slug: registry.adapter_class(slug).capabilities for slug in registry.slugs()}
    able = [slug for slug, can in told.items() if can.ad_slots and not can.sub_id_pattern]
    return [(slug, connections.network_name(slug)) for slug in able]


class NewSlotsForm(WagtailAdminModelForm):
    """Many slots of one network, one a line."""

    network = forms.ChoiceField(label=gettext_lazy("Network"), choices=networks_with_slots)
    lines = forms.CharField(
        label=gettext_lazy("Ad slots"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, as the union's console shows them, such as mm_1_2_3."),
    )

    class Meta:
        model = AdSlot
        fields = ["network", "note"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        network, lines = values.get("network"), [line.strip() for line in str(values.get("lines", "")).splitlines()]
        self.wanted = [line for line in lines if line]
        if network:
            for line in self.wanted:
                try:
                    connections.account_with_slot(network, line)
                except NetworkError as error:
                    self.add_error("lines", f"{line[:80]}: {connections.in_words(error)}")
                    break
        return values

    def save(self, commit: bool = True) -> AdSlot:
        """Put them all into the pool; the first of them stands for them."""
        slots.add(self.cleaned_data["network"], self.wanted, self.cleaned_data["note"])
        instance: AdSlot = self.instance
        found = AdSlot.objects.get(network=self.cleaned_data["network"], slot=self.wanted[0])
        instance.pk, instance.slot, instance.created_at = found.pk, found.slot, found.created_at
        instance._state.adding = False
        return instance


class SlotForm(WagtailAdminModelForm):
    """What may change of a slot in the pool."""

    take_back = forms.BooleanField(
        label=gettext_lazy("Take it back from its author"),
        required=False,
        help_text=gettext_lazy(
            "Their links go out through another slot from then on. Orders placed before stay theirs, and the slot "
            "rests for thirty days."
        ),
    )

    class Meta:
        model = AdSlot
        fields = ["note", "active"]

    def save(self, commit: bool = True) -> AdSlot:
        slot: AdSlot = super().save(commit)
        if self.cleaned_data["take_back"] or not slot.active:
            slots.take_back(slot)
        return slot


def borrowed_by(slot: AdSlot) -> str:
    """Who has the slot now; behind them who had it before."""
    loans: list[SlotLoan] = list(slot.loans.all())
    now = [str(loan.author) for loan in loans if loan.returned_at is None]
    before = [
        f"{loan.author} ({loan.lent_at:%Y-%m-%d} – {loan.returned_at:%Y-%m-%d})" for loan in loans if loan.returned_at
    ]
    return "; ".join(now + before) or _("nobody")


class AdSlotViewSet(ModelViewSet):
    model = AdSlot
    name = "ad_slots"
    icon = "tag"
    menu_label = gettext_lazy("Ad slots")
    menu_order = 305
    add_to_settings_menu = True
    list_display = [
        "slot",
        Column("network", label=gettext_lazy("Network"), accessor=lambda slot: connections.network_name(slot.network)),
        Column("borrower", label=gettext_lazy("Lent to"), accessor=borrowed_by),
        Column("account", label=gettext_lazy("Account"), accessor=lambda slot: connections.account_label(slot.account)),
        BooleanColumn("active", label=gettext_lazy("may be lent")),
        "note",
    ]
    search_fields = ["slot", "note"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[WagtailAdminModelForm]:
        return SlotForm if for_update else NewSlotsForm

    def get_queryset(self) -> QuerySet[AdSlot]:
        return AdSlot.objects.prefetch_related(Prefetch("loans", SlotLoan.objects.select_related("author")))

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_common_view_kwargs(**{"queryset": self.get_queryset(), **kwargs})
        return found
