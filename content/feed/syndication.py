"""`/feed.xml`: the newest posts as RSS 2.0, labelled like everywhere else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import feedgenerator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.blocks.api import ad_prefix
from content.feed.models import Card
from content.pages.api import printable

NEWEST = 30


@require_safe
def feed_xml(request: HttpRequest) -> HttpResponse:
    """The newest posts, in one query."""
    feed = feedgenerator.Rss201rev2Feed(
        title=settings.WAGTAIL_SITE_NAME,
        link=f"{settings.SITE_URL}/",
        description=_("Why a thing is worth buying, and what it costs now."),
        language=request.LANGUAGE_CODE,
        feed_url=f"{settings.SITE_URL}/feed.xml",
    )
    for card in Card.objects.order_by("-first_published_at", "-page_id")[:NEWEST]:
        feed.add_item(
            title=printable(ad_prefix(card.title, card.has_links)),
            link=settings.SITE_URL + card.url,
            description=printable(description(card)),
            author_name=printable(card.author_name) or None,
            pubdate=card.first_published_at,
            unique_id=f"{settings.SITE_URL}/#post-{card.page_id}",
            unique_id_is_permalink=False,
            categories=[printable(card.channel_name)] if card.channel_name else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def description(card: Card) -> str:
    """The verdict; before it the disclosure where the post sells, and what a machine had to do with it."""
    ad = _("Ad: the post has purchase links that earn the site and the author a commission.") if card.has_links else ""
    ai = f"{card.ai}{_('.')}" if card.ai else ""
    return " ".join(part for part in (ad, ai, card.verdict if card.has_links else card.verdict or card.title) if part)
