"""Readers of the environment, generated keys, checks and health."""

from __future__ import annotations

import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks, client_ip, databases, env, keys


def test_a_flag_that_is_neither_yes_nor_no_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("DEBUG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env.flag("DEBUG")


def test_a_number_that_is_none_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ImproperlyConfigured, match="PORT"):
        env.number("PORT", 8000)


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.text("SECRET_KEY") == "s3cret"


def test_a_generated_key_is_kept_and_readable_by_its_owner_alone(tmp_path):
    first = keys.secret_key(tmp_path / "keys")
    assert keys.secret_key(tmp_path / "keys") == first
    assert len(first) > 60
    assert stat.S_IMODE((tmp_path / "keys" / "secret_key").stat().st_mode) == 0o600


def test_sqlite_is_a_real_database_and_postgresql_is_taken_as_given(tmp_path):
    lite = databases.from_url("", tmp_path)
    assert lite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in lite["OPTIONS"]["init_command"]
    assert databases.from_url("postgres://u@h/db", tmp_path)["ENGINE"].endswith("postgresql")


def test_an_unusable_encryption_key_is_reported(settings):
    settings.ENCRYPTION_KEYS = ["short"]
    assert [error.id for error in checks.encryption_keys_are_usable(None)] == ["zhongcao.E001"]


@pytest.mark.parametrize("url", ["example.com", "https://example.com/shop", "ftp://example.com"])
def test_a_site_url_that_is_not_whole_is_reported(settings, url):
    settings.SITE_URL = url
    assert [error.id for error in checks.site_url_is_whole(None)] == ["zhongcao.E002"]


def test_a_forwarded_address_is_believed_only_from_our_own_proxy():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.2.3.4"}
    assert client_ip.of_environ(environ, frozenset()) == "10.0.0.1"
    assert client_ip.of_environ(environ, frozenset({"10.0.0.1"})) == "1.2.3.4"


def test_the_process_says_that_it_lives(client):
    assert client.get("/healthz").json() == {"ok": True}


def test_a_prober_needs_neither_our_name_nor_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"host": "10.1.2.3"}).status_code == 200


@pytest.mark.django_db
def test_a_migrated_database_and_a_cache_make_it_ready(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": True, "migrations": True, "cache": True}
