"""The review that every post goes through before it is live."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Page, Task, Workflow, WorkflowPage, WorkflowTask

WORKFLOW = "编辑审核"


def ensure_workflow(home: Page, editors: Group) -> Workflow:
    """Everything below the front page goes through the editors, unless an operator has chosen another workflow."""
    chosen = WorkflowPage.objects.filter(page=home).select_related("workflow").first()
    if chosen is not None:
        return chosen.workflow
    task = GroupApprovalTask.objects.filter(name=WORKFLOW).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
    task.groups.add(editors)
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.create(workflow=workflow, page=home)
    _retire_the_workflow_of_a_new_wagtail()
    return workflow


def ensure_channel_workflow(channel: Page, groups: list[Group]) -> None:
    """The channel's own review, by the editors and its category editors. Another one that somebody chose stays.

    Approval goes by group and not by page: in the review of the whole site a category editor could decide everywhere.
    """
    if WorkflowPage.objects.filter(page_id=channel.pk).exists():
        return
    inherited = channel.get_workflow()
    if inherited is None or inherited.name != WORKFLOW:
        return
    name = f"{WORKFLOW} · {channel.title} ({channel.pk})"
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.add(*groups)
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=channel.pk)


def _retire_the_workflow_of_a_new_wagtail() -> None:
    """Wagtail is born with "Moderators approval" on the whole tree: nobody is left in its group."""
    for workflow in Workflow.objects.filter(name="Moderators approval", workflow_states=None):
        workflow.delete()
    for task in Task.objects.filter(name="Moderators approval", task_states=None):
        task.specific.delete()
