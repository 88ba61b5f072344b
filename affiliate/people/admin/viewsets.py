"""Authors and agencies: who they are to readers, and which one agency stands above an author."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from affiliate.people.admin.person_forms import AgencyForm, AuthorForm
from affiliate.people.models import Agency, Author


class AuthorViewSet(ModelViewSet):
    model = Author
    name = "authors"
    icon = "user"
    list_display = ["name", "handle", Column("user", label=_("User")), "agency"]
    search_fields = ["name", "handle"]
    list_filter = ["agency"]
    inspect_view_enabled = False
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("name"), FieldPanel("handle"), FieldPanel("user")], _("Who")),
            MultiFieldPanel(
                [FieldPanel("role_line"), FieldPanel("introduction"), FieldPanel("picture"), FieldPanel("disclosure")],
                _("What readers see"),
            ),
            FieldPanel("agency"),
        ],
        base_form_class=AuthorForm,
    )


class AgencyViewSet(ModelViewSet):
    model = Agency
    name = "agencies"
    icon = "group"
    list_display = ["name"]
    search_fields = ["name"]
    inspect_view_enabled = False
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("members")], base_form_class=AgencyForm)


class PeopleViewSetGroup(ModelViewSetGroup):
    menu_label = _("Authors")
    menu_icon = "user"
    menu_order = 400
    items = (AuthorViewSet, AgencyViewSet)
