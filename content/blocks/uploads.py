"""Uploads in Wagtail's admin: pictures are cleaned before anything is kept; none begins while the store is down."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.fields import FileField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from affiliate.media import api as media
from content.blocks.cleaned import cleaned_picture


class PictureField(WagtailImageField):
    """In place of Wagtail's: that one has the web process itself decode whatever it is given."""

    def to_python(self, data: Any) -> Any:
        """The cleaned picture. Raises ValidationError in words."""
        upload = FileField.to_python(self, data)
        if upload is None:
            return None
        self.check_image_file_size(upload)
        ending = PurePosixPath(upload.name or "").suffix.lower()
        if ending == ".svg":
            raise media.refusal("svg")
        if ending[1:] not in self.allowed_image_extensions:
            raise ValidationError(self.error_messages["invalid_image_extension"], code="invalid_image_extension")
        media.expect_store()
        return cleaned_picture(upload)


class PictureForm(BaseImageForm):
    """Named by WAGTAILIMAGES_IMAGE_FORM_BASE; every way to upload a picture in the admin goes through it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            given = self.fields["file"]
            # Not declared above: forms that leave the file out would have it all the same.
            self.fields["file"] = PictureField(label=given.label, widget=given.widget, required=given.required)


class DocumentForm(BaseDocumentForm):
    """Named by WAGTAILDOCS_DOCUMENT_FORM_BASE."""

    def clean_file(self) -> Any:
        """The upload, refused in words while it could not be kept."""
        if "file" in self.changed_data:
            media.expect_store()
        return self.cleaned_data["file"]
