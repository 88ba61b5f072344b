"""The form input of an item: a hidden id that the desk's picker builds its sheet around."""

from __future__ import annotations

from typing import Any

from django import forms


class ItemInput(forms.TextInput):
    """`data-controller="zc-picker"` is answered by static/desk/picker.js."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-controller": "zc-picker", "autocomplete": "off", **(attrs or {})})
