"""A feed that waits for a person as a whole: let through or refused by them, or overtaken by a newer reading."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from affiliate.catalog.feeds import starting
from affiliate.catalog.feeds.preview import MEDIAN
from affiliate.catalog.models import FeedRun, MerchantFeed, RunState
from affiliate.people.api import OPERATORS, Letter, User, send_letter


def decide(run_pk: int, *, accept: bool, by: str) -> FeedRun | None:
    """Let a held feed through, just as it was shown, or refuse it; None where it waits no longer."""
    with transaction.atomic():
        run = FeedRun.objects.select_for_update().defer("data").filter(pk=run_pk, state=RunState.HELD).first()
        if run is None:
            return None
        run.decided_by = by[:150]
        if accept:
            run.state = RunState.WAITING
            # Who has seen that all prices move is not asked about each of them once more.
            run.believes_jumps = run.believes_jumps or MEDIAN in run.preview.get("why", ())
            # The next fetch is read whole: what its server calls unchanged is not what is taken now.
            MerchantFeed.objects.filter(pk=run.feed_id).update(etag="", last_modified="")
            transaction.on_commit(partial(starting.enqueue, run.pk))
        else:
            run.state = RunState.REFUSED
            FeedRun.objects.filter(pk=run.pk).update(data=None)
        run.save(update_fields=["state", "decided_by", "believes_jumps"])
    return run


def keep(run: FeedRun, data: bytes) -> RunState:
    """Keep what a person must look at first. What was fetched and refused before is not asked about once more."""
    if not run.filename and not run.believes_jumps:
        refused = FeedRun.objects.filter(feed=run.feed, state=RunState.REFUSED).exclude(decided_by="").first()
        if refused is not None and refused.preview == run.preview:
            run.decided_by = refused.decided_by
            return RunState.REFUSED
    run.data = data
    return RunState.HELD


def is_overtaken(run: FeedRun) -> bool:
    """Whether a person let it through while a newer reading was under way, which has been taken since."""
    newer = FeedRun.objects.filter(feed=run.feed, pk__gt=run.pk, state__in=(RunState.DONE, RunState.SAME))
    return bool(run.decided_by) and newer.exists()


def close(run: FeedRun) -> None:
    """A newer reading overtakes what waited. Operators are told of one that waits where nobody sits at the screen: of
    what was fetched, and not again as long as one after the other waits.
    """
    older = FeedRun.objects.filter(feed=run.feed, state=RunState.HELD, pk__lt=run.pk)
    overtaken = older.update(state=RunState.REFUSED, data=None)
    if run.state != RunState.HELD or run.filename or overtaken:
        return
    for user in User.objects.filter(groups__name=OPERATORS, is_active=True).exclude(email="").distinct():
        send_letter(user, partial(_letter, run), purpose="feed_held", key=f"feed-held:{run.pk}")


def _letter(run: FeedRun) -> Letter:
    merchant = run.feed.merchant.name
    return Letter(
        subject=_("The feed of %(merchant)s waits for you") % {"merchant": merchant},
        paragraphs=[
            _("Its prices have to be seen before they are taken. What is stored stays in force until then."),
            _("Look at the samples: a price that is a hundred times too high is in fen where yuan was agreed."),
        ],
        why=_("You get this letter because you are one of the site's operators. It comes once until somebody decides."),
        path=reverse("catalog:run", args=[run.pk]),
        action=_("Look at it"),
    )
