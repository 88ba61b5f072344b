"""The form of a post: writers think of titles; addresses are made for them."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

LONGEST_STEM = 100


class PostForm(WagtailAdminPageForm):
    """Until a post is live, an address that is missing or taken is replaced by a free one: the field stands on a tab
    that a writer may never open, and whose draft has taken it is nobody's business.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        for name in {"ai_use", "cover_ai"} & set(self.fields):
            # It has a default; a form that was opened before the field was there must not lose its words.
            self.fields[name].required = False

    def clean_ai_use(self) -> str:
        return self._declared("ai_use")

    def clean_cover_ai(self) -> str:
        return self._declared("cover_ai")

    def _declared(self, name: str) -> str:
        declared: str = self.cleaned_data[name] or getattr(self.instance, name)
        return declared

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if self.instance.pk and self.instance.live and slug:
            return slug
        stem = slug or slugify(self.cleaned_data.get("title", ""), allow_unicode=True)[:LONGEST_STEM] or "post"
        free, number = stem, 1
        while not Page._slug_is_available(free, self.parent_page, self.instance):
            number += 1
            free = f"{stem}-{number}"
        return free
