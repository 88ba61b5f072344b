"""feed.xml, sitemap.xml and robots.txt are what readers' programs expect."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from content.feed.models import Card
from content.pages.tests.making import make_item, make_post

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_valid_rss_with_absolute_addresses_and_labels(client, settings):
    make_post("deal", [make_item()], title="券后 & 好价")
    make_post("review", [], title="没有链接的")
    response = client.get("/feed.xml")
    assert response["Content-Type"].startswith("application/rss+xml")
    root = ElementTree.fromstring(response.content)
    assert root.tag == "rss" and root.get("version") == "2.0"
    channel = root.find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description", "language", "lastBuildDate"))
    own = channel.find(f"{ATOM}link")
    assert own.get("rel") == "self" and own.get("href") == f"{settings.SITE_URL}/feed.xml"
    items = {item.findtext("title"): item for item in channel.findall("item")}
    assert set(items) == {"【广告】券后 & 好价", "没有链接的"} or set(items) == {"【Ad】券后 & 好价", "没有链接的"}
    for item in items.values():
        assert item.findtext("link").startswith(settings.SITE_URL)
        assert item.findtext("description")
        assert parsedate_to_datetime(item.findtext("pubDate"))
    assert len({item.findtext("guid") for item in items.values()}) == 2
    assert b"/go/" not in response.content


def test_the_feed_takes_one_query(client, django_assert_num_queries):
    make_post("deal", [make_item()])
    make_post("deal", [make_item()])
    with django_assert_num_queries(1):
        client.get("/feed.xml?fresh=1")


def test_the_sitemap_lists_every_post_and_robots_keeps_out_of_exits(client, settings):
    page = make_post("deal", [make_item()])
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = [node.text for node in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert settings.SITE_URL + page.get_url_parts()[2] in found
    assert found.count(f"{settings.SITE_URL}/u/{page.author.handle}/") == 1
    assert b"Disallow: /go/" in client.get("/robots.txt").content


def test_a_character_that_xml_cannot_hold_costs_itself_and_not_the_feed(client):
    make_post("deal", [make_item()])
    Card.objects.update(title="券\x08后\x0b好价", verdict="值\x1f得。", author_name="林\x07", channel_name="数\ufffe码")
    root = ElementTree.fromstring(client.get("/feed.xml").content)
    item = root.find("channel/item")
    assert item.findtext("title").endswith("】券后好价")
    assert item.findtext("description").endswith("值得。")
