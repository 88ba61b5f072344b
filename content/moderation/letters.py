"""What a writer is told by mail of their own posts: approved, returned, held at its hour, featured. Service mail that
each can turn off.

Wagtail's own notices of the first two are kept from doubling ours: see signal_handlers.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, WorkflowState
from wagtail.users.models import UserProfile

from affiliate.people.api import Letter, User, send_letter
from content.moderation.models import FeaturedSlot
from content.pages.api import Post, address


def tell_approved(instance: WorkflowState, user: Any = None, **_kwargs: Any) -> None:
    """The review is over and the post is live."""
    post, writer = _post(instance), instance.requested_by
    if post is not None and _wants(writer, "approved", but_not=user):
        send_letter(writer, partial(_approved, post), purpose="post_approved", key=f"approved:{instance.pk}")


def tell_returned(instance: WorkflowState, user: Any = None, **_kwargs: Any) -> None:
    """An editor sends a post back, with a note."""
    post, writer = _post(instance), instance.requested_by
    if post is not None and _wants(writer, "rejected", but_not=user):
        step = instance.current_task_state
        note = step.comment if step else ""
        key = f"returned:{step.pk if step else instance.pk}"
        send_letter(writer, partial(_returned, post, note), purpose="post_returned", key=key)


def tell_held(revision: Revision) -> None:
    """A post was to go live by itself, and a check stops it."""
    post = Page.objects.filter(pk=revision.object_id).select_related("owner").first()
    if post is not None and _wants(post.owner, "rejected", but_not=None):
        send_letter(post.owner, partial(_held, post), purpose="post_held", key=f"held:{revision.pk}")


def tell_featured(slot: FeaturedSlot, *, by: Any) -> None:
    """An editor has put a post on the board."""
    post = Page.objects.filter(pk=slot.page_id).select_related("owner").first()
    if post is not None and _wants(post.owner, "approved", but_not=by):
        write = partial(_featured, slot, address(post))
        send_letter(post.owner, write, purpose="post_featured", key=f"featured:{slot.pk}")


def _post(state: WorkflowState) -> Post | None:
    page = state.content_object
    page = page.specific if isinstance(page, Page) else None
    return page if isinstance(page, Post) else None


def _wants(writer: User | None, notice: str, *, but_not: Any) -> bool:
    """Nobody is told what they did themselves, nor what they do not want to be told."""
    if writer is None or (but_not is not None and writer.pk == but_not.pk):
        return False
    return bool(getattr(UserProfile.get_for_user(writer), f"{notice}_notifications"))


def _why() -> str:
    return _("You get this mail because it is about a post of yours. Turn such mail off under Account, Notifications.")


def _approved(post: Post) -> Letter:
    return Letter(
        subject=_("Your post is live: %(title)s") % {"title": post.title},
        paragraphs=[_("An editor has approved “%(title)s”. Readers can see it now.") % {"title": post.title}],
        why=_why(),
        path=address(post),
        action=_("See the post"),
    )


def _returned(post: Post, note: str) -> Letter:
    said = (
        _("The editor writes:") if note else _("The editor left no note. Ask, where it is not clear what is missing.")
    )
    return Letter(
        subject=_("Your post came back: %(title)s") % {"title": post.title},
        paragraphs=[
            _("An editor has sent “%(title)s” back. It is kept as it is: change it and submit it again.")
            % {"title": post.title},
            said,
        ],
        quote=note,
        why=_why(),
        path=reverse("wagtailadmin_pages:edit", args=[post.pk]),
        action=_("Open the post"),
    )


def _held(post: Page) -> Letter:
    return Letter(
        subject=_("Your scheduled post waits: %(title)s") % {"title": post.title},
        paragraphs=[
            _("“%(title)s” was to go live by now, but one of our checks stops it.") % {"title": post.title},
            _("Open it to see what has to be mended. It goes live by itself as soon as nothing stops it any more."),
        ],
        why=_why(),
        path=reverse("wagtailadmin_pages:edit", args=[post.pk]),
        action=_("Open the post"),
    )


def _featured(slot: FeaturedSlot, path: str) -> Letter:
    return Letter(
        subject=_("Your post is featured: %(title)s") % {"title": slot.page_title},
        paragraphs=[
            _("“%(title)s” stands among the featured posts of the front page now.") % {"title": slot.page_title},
            _("The editor's reason, which readers see:"),
        ],
        quote=slot.reason,
        why=_why(),
        path=path,
        action=_("See the post"),
    )
