"""The words by which questions are cut come from our own posts."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.search import vocabulary
from content.search.models import KnownWord
from content.search.results import answer
from content.search.tests.factories import channel, post
from content.search.words import dictionary

pytestmark = pytest.mark.django_db


def test_the_words_of_a_published_post_are_known_and_stay_when_it_is_gone():
    page = post("全自动咖啡机", "每天一杯美式。")
    asked = {"咖啡机", "咖啡", "美式", "洗碗机"}
    assert vocabulary.known(asked) == {"咖啡机", "咖啡", "美式"}
    page.unpublish()
    assert vocabulary.known(asked) == {"咖啡机", "咖啡", "美式"}


def test_a_question_is_cut_by_the_words_of_posts():
    post("咖啡机", "它很安静。")
    post("咖啡豆和一台机器")
    assert [result.post.title for result in answer("安静咖啡机", 1, timezone.now()).results] == ["咖啡机"]
    found = answer("咖啡机很贵吗", 1, timezone.now())
    assert found.loose and [result.post.title for result in found.results] == ["咖啡机"]


def test_words_are_kept_once_and_at_most_five_hundred_in_a_statement():
    words = [f"词{chr(0x4E00 + number)}" for number in range(1100)]
    vocabulary.learn(words[:3])
    with CaptureQueriesContext(connection) as queries:
        vocabulary.learn(words)
    inserts = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    assert len(inserts) >= 3
    assert max(sql.count("词") for sql in inserts) <= vocabulary.AT_ONCE
    assert KnownWord.objects.count() == 1100


def test_rebuilding_forgets_words_that_stand_in_no_post():
    post("咖啡机")
    vocabulary.learn(["洗碗机"])
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("rebuild_search", stdout=StringIO())
    assert vocabulary.known({"咖啡机", "洗碗机"}) == {"咖啡机"}


def test_an_installation_from_before_learns_its_words_when_it_migrates():
    post("全自动咖啡机", "每天一杯美式。")
    before = set(KnownWord.objects.values_list("pk", flat=True))
    vocabulary.forget()
    import_module("content.search.migrations.0004_learn_words").learn(apps, None)
    now = set(KnownWord.objects.values_list("pk", flat=True))
    assert now and now >= before - {"数码"}, "the channel's name is learnt when a post of it is next published"


def test_answering_readers_needs_no_dictionary(client, monkeypatch):
    post("全自动咖啡机")
    channel().save_revision().publish()
    dictionary.cache_clear()
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(ImportError):
        dictionary()
    for path in ("/search/?q=咖啡机推荐", "/search/?q=洗碗机", "/", "/digital/", "/feed.xml"):
        assert client.get(path).status_code == 200
    assert "全自动咖啡机" in client.get("/search/", {"q": "咖啡机"}).content.decode()


def test_a_web_worker_starts_and_cuts_questions_without_the_dictionary():
    code = (
        "import sys, django; django.setup(); import config.urls; "
        "from content.search.words import candidates, question; "
        "assert question('咖啡机推荐', candidates('咖啡机推荐')); "
        "assert 'rjieba' not in sys.modules"
    )
    root = Path(__file__).resolve().parents[3]
    paths = os.pathsep.join([str(root), str(root / "site")])
    environment = os.environ | {"PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
