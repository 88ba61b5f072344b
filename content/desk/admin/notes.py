"""What an editor asks for, said where the writer opens the post again."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page, WorkflowState


def show_note(request: HttpRequest, page: Page) -> None:
    """A banner above a post that was sent back. Saving asks again, but shows nothing twice."""
    state: WorkflowState | None = page.current_workflow_state
    if request.method != "GET" or state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    task = state.current_task_state
    words = {"who": task.finished_by or _("An editor"), "note": task.comment} if task else {"who": "", "note": ""}
    if words["note"]:
        messages.warning(request, _("%(who)s asks for changes: %(note)s") % words)
    else:
        messages.warning(request, _("This post was sent back without a note. Change it and submit it again."))
