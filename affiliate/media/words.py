"""Why an upload is not taken, in words for whoever chose the file. Nothing was kept in each case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("The file is empty. Choose it again."),
    "too_heavy": _("The file is too large. Save it smaller (10 MB at most) and upload that."),
    "not_a_picture": _("This is no picture that the site can show. Upload a JPEG, PNG, WebP, AVIF or GIF file."),
    "svg": _("SVG drawings can carry programs and are not taken. Export it as PNG and upload that."),
    "too_many_pixels": _("The picture has too many pixels to be read safely. Save it smaller (40 million at most)."),
    "too_many_frames": _("The animation is too long. Upload a shorter one, or a single picture of it."),
    "broken": _("The picture is damaged or incomplete and cannot be read to its end. Save it anew and upload that."),
    "two_files": _("A second file (a program, page or archive) is hidden inside this picture, so it is not taken."),
    "too_much": _("Reading this picture takes more memory or time than one picture may. Save it smaller or simpler."),
    "store_down": _("The store of files does not answer. Nothing was kept: try again in a few minutes."),
}
