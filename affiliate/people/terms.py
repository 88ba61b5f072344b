"""The terms that whoever joins agrees to. Their words live where the site's pages do, which tells us of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from affiliate.people.consents import ConsentKind, give_consent

if TYPE_CHECKING:
    from affiliate.people.models import User


@dataclass(frozen=True, slots=True)
class Terms:
    """What is in force now."""

    version: str
    """Names each text and its number, such as `terms 3, privacy 2`: by it the words are found again."""
    links: tuple[tuple[str, str], ...]
    """Title and address of each text, in the reader's language."""


Source = Callable[[], Terms | None]
_source: Source = lambda: None  # noqa: E731  an installation without such pages asks nobody


def set_terms(source: Source) -> None:
    """Told once, at the start, by whoever keeps the pages."""
    global _source
    _source = source


def terms_now() -> Terms | None:
    """The terms in force; None where the site has none."""
    return _source()


class Tick(forms.CheckboxInput):
    """A tick that says under which words it was made; under others than those in force it is none."""

    def __init__(self, version: str) -> None:
        super().__init__(attrs={"value": version})
        self.version = version

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return bool(data.get(name) == self.version)


class Agreeing(forms.Form):
    """A form by which somebody joins. The tick is never set beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms_now()
        if self.terms is not None:
            link = '<a href="{}" target="_blank" rel="noopener">{}</a>'
            texts = format_html_join(_(", "), link, ((url, title) for title, url in self.terms.links))
            label = format_html(_("I have read and agree to: {}"), texts)
            self.fields["agree"] = forms.BooleanField(label=label, widget=Tick(self.terms.version))

    def note_agreement(self, user: User) -> None:
        """Keep which words were agreed to."""
        if self.terms is not None:
            give_consent(user, ConsentKind.TERMS, self.terms.version)
