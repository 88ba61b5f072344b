"""What a writer types of a product by hand: amounts in yuan, turned into fen without a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Yuan(forms.DecimalField):
    """`139`, `139.5`, `¥139.50`, `1,299` → fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=Decimal("0.01"), max_digits=10, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().lstrip("¥￥").replace(",", "").replace("，", "").removesuffix("元")
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return int(amount * 100) if amount is not None else None


class HandForm(forms.Form):
    """Everything may stay empty: what is empty keeps what is known."""

    title = forms.CharField(label=_("Title"), required=False, max_length=300)
    shop = forms.CharField(label=_("Shop"), required=False, max_length=100)
    price_minor = Yuan(label=_("Price"))
    final_price_minor = Yuan(label=_("Price after coupon"))
    coupon_amount_minor = Yuan(label=_("Coupon"))
    image_url = forms.CharField(label=_("Address of the picture"), required=False, max_length=1000)
