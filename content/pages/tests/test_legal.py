"""Legal pages: there from the first start on, an operator's from then on, and every version of them kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField
from django.template.loader import render_to_string

from affiliate.earnings.models import SplitPlan
from affiliate.people.api import Author, User
from config.licences import Operator
from content.pages.api import REGISTER, LegalPage, ensure_legal_pages
from content.pages.tests.making import make_channel, make_item, make_post

SLUGS = ["privacy", "terms", "disclosure", "how-we-earn", "rules", "complaints"]
WHO = Operator(
    company="示例公司",
    icp_number="沪ICP备12345678号-1",
    police_number="沪公网安备31010102001234号",
    email="help@example.com",
)


@pytest.fixture
def pages(db):
    make_channel()
    assert ensure_legal_pages() == 6
    return {page.slug: page for page in LegalPage.objects.all()}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_leaves_no_gap(client, pages, settings, slug, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    html = client.get(f"/{slug}/").content.decode()
    page = pages[slug]
    assert f'<h1 class="legal__title">{page.title if language == "zh-hans" else page.title_en}</h1>' in html
    assert "{company}" not in html and "{contact}" not in html and "{site}" not in html


def test_running_it_again_makes_nothing_and_what_was_deleted_stays_away(pages):
    pages["terms"].delete()
    assert ensure_legal_pages() == 0
    assert LegalPage.objects.count() == 5


def test_every_page_of_the_site_links_to_them_and_says_who_answers(client, pages, settings):
    settings.OPERATOR = WHO
    post = make_post("deal", [make_item()])
    for address in [
        "/",
        "/search/",
        "/u/lin/",
        post.get_url_parts()[2],
        "/privacy/",
        "/nothing/there/",
        "/go/aaaaaaaa",
    ]:
        html = client.get(address).content.decode()
        for slug in SLUGS:
            assert f'href="/{slug}/"' in html, address
        assert 'href="https://beian.miit.gov.cn/"' in html and WHO.icp_number in html, address
        assert 'href="https://beian.mps.gov.cn/#/query/webSearch?code=31010102001234"' in html, address
        assert WHO.company in html and "mailto:help@example.com" in html, address


def test_the_page_of_a_broken_server_says_who_answers_without_a_database(settings):
    settings.OPERATOR = WHO
    assert WHO.icp_number in render_to_string("500.html")


def test_what_was_not_set_is_not_shown(client, pages):
    assert "foot__who" not in client.get("/").content.decode()


def test_a_page_that_is_not_live_is_not_linked(client, pages):
    pages["terms"].unpublish()
    assert 'href="/terms/"' not in client.get("/").content.decode()


def test_each_change_makes_a_version_and_earlier_ones_stay_readable(client, pages):
    page = pages["rules"]
    page.save_revision().publish()
    assert page.versions.count() == 1
    page.body = "<p>新的规则。</p>"
    page.save_revision().publish()
    assert [version.number for version in page.versions.order_by("number")] == [1, 2]
    now, before = (client.get(address).content.decode() for address in ("/rules/", "/rules/?version=1"))
    assert "新的规则。" in now and "第 2 版" in now
    assert "新的规则。" not in before and "noindex" in before
    for nonsense in ("3", "0", "x", "1%00"):
        assert client.get(f"/rules/?version={nonsense}").status_code == 404


def test_the_rules_show_every_plan_of_the_split(client, pages, db):
    SplitPlan.objects.create(version=7, valid_from="2026-12-01T00:00:00Z", site_parts=41, author_parts=59)
    html = client.get("/rules/").content.decode()
    assert "<td>41</td><td>59</td>" in html and "<td>30</td><td>60</td>" in html


def test_the_table_of_data_is_drawn_from_the_register(client, pages):
    html = client.get("/privacy/").content.decode()
    assert html.count('class="kept__row"') == len(REGISTER)
    assert "400 天；机器人的访问 7 天" in html


def test_settings_are_text_in_a_page(client, pages, settings):
    settings.OPERATOR = Operator(company="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get("/terms/").content.decode()


def about_people():
    """Every table of ours that refers to a user or an author."""
    for model in apps.get_models():
        if model.__module__.startswith(("affiliate.", "content.", "config")):
            for field in model._meta.get_fields():
                kinds = (ForeignKey, OneToOneField, ManyToManyField)
                if isinstance(field, kinds) and field.related_model in (User, Author):
                    yield model._meta.label


def test_every_table_about_people_stands_in_the_register():
    named = {name for row in REGISTER for name in row.models}
    # Pages are what an author publishes; a table between two others has no row of its own.
    tables = {name for name in about_people() if not name.startswith("pages.") and "_" not in name}
    assert tables - named == set()
    assert [name for name in named if apps.get_model(name) is None] == []


def test_drafts_end_with_the_list_of_pages():
    folder = Path(__file__).resolve().parents[1] / "drafts"
    assert len(list(folder.glob("*.html"))) == 12
