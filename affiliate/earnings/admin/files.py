"""Order files that operators upload: the form, what came of each file, and the rows that could not be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.connections import api as connections
from affiliate.earnings import tasks
from affiliate.earnings.admin.access import OperatorsOnly
from affiliate.earnings.importing import LARGEST_FILE, hand_in
from affiliate.earnings.models import Upload
from affiliate.earnings.upload_models import UploadState
from affiliate.networks.api import NetworkError, from_kept, registry, translated

PER_PAGE = 20
LOOK_AGAIN_SECONDS = 3


def in_words(kept: Any) -> str:
    """A kept sentence in the reader's language."""
    return translated(from_kept(kept), _)


def says_nothing(upload: Upload) -> bool:
    """No row of the file was read, known already, or refused."""
    return not (upload.lines or upload.created or upload.updated or upload.unchanged or upload.rejected)


def importable() -> list[tuple[str, str]]:
    """Networks whose order files can be taken."""
    return [
        (slug, connections.network_name(slug))
        for slug in registry.slugs()
        if registry.adapter_class(slug).capabilities.file_import
    ]


class FileForm(forms.Form):
    """One file of one network."""

    network = forms.ChoiceField(label=_lazy("Network"), choices=importable)
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy("The order details exactly as downloaded from the network's back-end: CSV, xls or xlsx."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Export fewer days at a time.")
                % {"size": LARGEST_FILE // 1024 // 1024}
            )
        return file


class FilesView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """The form above, the files so far below. An upload leads to the page of its file."""

    template_name = "earnings/files.html"
    page_title = _lazy("Order files")
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(Upload.objects.all(), PER_PAGE).get_page(self.request.GET.get("p"))
        rows = [(one, connections.network_name(one.network), len(one.rejected)) for one in page]
        defaults = {"form": FileForm()} if "form" not in kwargs else {}
        return super().get_context_data(
            page=page,
            rows=rows,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            **defaults,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        file = form.cleaned_data["file"]
        try:
            upload = hand_in(file.read(), file.name, form.cleaned_data["network"], request.user)
        except NetworkError as exc:
            problem = _(exc.template) % exc.values
            return self.render_to_response(self.get_context_data(problem=problem, filename=file.name), status=422)
        if upload.state == UploadState.TAKING:
            tasks.take_file.enqueue(upload.pk)
        return redirect("earnings:file", upload.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:everybody"), "label": _("All earnings")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.page_title}]


class FileView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """What came of one file; while a worker takes it, how far it is, looked at anew every few seconds."""

    template_name = "earnings/file.html"
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.upload = get_object_or_404(Upload, pk=self.kwargs["pk"])
        name = connections.network_name(self.upload.network)
        return super().get_context_data(
            upload=self.upload,
            network=name,
            empty=self.upload.state == UploadState.TAKEN and says_nothing(self.upload),
            rejected=[{"line": row["line"], "reason": in_words(row["reason"])} for row in self.upload.rejected],
            warnings=[in_words(warning) for warning in self.upload.warnings],
            problem=in_words(self.upload.problem) if self.upload.problem else "",
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if self.upload.state == UploadState.TAKING:
            response["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    def get_page_title(self) -> str:
        return self.upload.filename

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:files"), "label": _("Order files")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.upload.filename}]
