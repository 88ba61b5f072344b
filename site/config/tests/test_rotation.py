"""Changing the encryption key, losing one, and what keys are worth."""

from __future__ import annotations

import base64
import json
import stat

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from affiliate.connections import accounts, api
from affiliate.connections.fields import EncryptedJSONField
from affiliate.connections.models import Account, Merchant
from affiliate.connections.tests.fakes import only_fakes
from affiliate.earnings.models import Upload
from affiliate.networks.errors import Reauthorise
from config import checks, keys, rotation

pytestmark = pytest.mark.django_db
SECRET = "planted-secret-9482"


@pytest.fixture
def secrets_kept(settings):
    """Two secrets in encrypted fields under the old key, and a third inside a JSON column of somebody else's."""
    Account.objects.all().delete()
    Merchant.objects.all().delete()
    Account.objects.create(network="jd", credentials={"APP_SECRET": SECRET})
    Account.objects.create(network="empty", credentials={})
    Merchant.objects.create(
        slug="farm", name="农场", hosts="farm.test", link_template="{url}", secret={"current": SECRET}
    )
    inside = Fernet(settings.ENCRYPTION_KEYS[0]).encrypt(b"totp seed").decode()
    Upload.objects.create(network="jd", filename="f", digest="0" * 64, rejected=[{"line": 1, "reason": inside}])
    return settings


def new_first(settings) -> str:
    old = settings.ENCRYPTION_KEYS[0]
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), old]
    return old


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM connections_account UNION ALL SELECT secret FROM connections_merchant")
        return [row[0] for row in cursor.fetchall() if row[0]]


FIELDS = sum(isinstance(field, EncryptedJSONField) for model in apps.get_models() for field in model._meta.fields)


def column_of(model):
    """Where the secrets of a model stand."""
    return next(column for column in rotation.columns() if column.model is model)


def test_everything_is_brought_under_the_new_key_once_and_the_old_one_can_go(secrets_kept, capsys):
    new_first(secrets_kept)
    call_command("rotate_keys", "--json")
    assert json.loads(capsys.readouterr().out) == {"fields": FIELDS, "current": 0, "rotated": 3, "unreadable": []}
    before = stored()
    call_command("rotate_keys", "--json")
    assert json.loads(capsys.readouterr().out) == {"fields": FIELDS, "current": 2, "rotated": 0, "unreadable": []}
    assert stored() == before
    secrets_kept.ENCRYPTION_KEYS = secrets_kept.ENCRYPTION_KEYS[:1]
    assert accounts.from_account("jd") == {"APP_SECRET": SECRET} and api.merchant_secret("farm") == SECRET
    (row,) = Upload.objects.get().rejected
    assert Fernet(secrets_kept.ENCRYPTION_KEYS[0]).decrypt(row["reason"]) == b"totp seed"


def test_looking_changes_nothing(secrets_kept, capsys):
    new_first(secrets_kept)
    before = stored()
    call_command("rotate_keys", "--check")
    assert "3 secrets to be brought" in capsys.readouterr().out and stored() == before


def test_what_was_broken_off_goes_on_where_it_was(secrets_kept, monkeypatch):
    new_first(secrets_kept)
    put, calls = rotation.Column.put, []

    def fail_at_the_second(self, *values):
        calls.append(values)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return put(self, *values)

    monkeypatch.setattr(rotation.Column, "put", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate()
    assert rotation.rotate().as_json() == {"fields": FIELDS, "current": 1, "rotated": 2, "unreadable": []}


def test_a_row_that_somebody_changes_meanwhile_is_left_to_them(secrets_kept, monkeypatch):
    new_first(secrets_kept)
    named = rotation.renewed

    def change_first(token):
        Account.objects.filter(network="jd").update(credentials={"APP_SECRET": "newer"})
        return named(token)

    monkeypatch.setattr(rotation, "renewed", change_first)
    rotation.rotate()
    assert accounts.from_account("jd") == {"APP_SECRET": "newer"}


def test_many_rows_are_changed_a_few_at_a_time(secrets_kept, monkeypatch):
    Account.objects.bulk_create([Account(network=f"n{n}", credentials={"K": SECRET}) for n in range(25)])
    new_first(secrets_kept)
    monkeypatch.setattr(rotation, "AT_ONCE", 10)
    assert [len(rows) for rows in column_of(Account).rows()] == [10, 10, 6]
    assert rotation.rotate().rotated == 25 + 3
    assert rotation.rotate().rotated == 0


def test_a_lost_key_is_named_with_its_account_and_what_to_do_and_nothing_is_lost(secrets_kept, capsys):
    old, before = secrets_kept.ENCRYPTION_KEYS, stored()
    secrets_kept.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SystemExit) as ended:
        call_command("rotate_keys")
    said = capsys.readouterr().err
    assert ended.value.code == 1 and "network account jd/default cannot be read" in said and "Put the key back" in said
    assert "direct merchant 农场" in said
    account = Account.objects.get(network="jd")
    account.name = "renamed"
    account.save()
    Merchant.objects.get().save()
    assert stored() == before
    secrets_kept.ENCRYPTION_KEYS = old
    assert accounts.from_account("jd") == {"APP_SECRET": SECRET} and api.merchant_secret("farm") == SECRET


def test_with_a_lost_key_the_site_runs_on_and_only_that_network_is_off(secrets_kept, client, admin_user, settings):
    with only_fakes(settings):
        settings.NETWORK_ENVIRONMENT = {}
        accounts.save_credentials("fake", {"APP_KEY": "k", "APP_SECRET": SECRET})
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(Reauthorise, match="account fake/default cannot be read"):
            api.adapter("fake")
        assert not api.is_configured("fake") and api.recognisers() and api.exit_hosts("fake")
        client.force_login(admin_user)
        page = client.get("/admin/networks/")
        assert page.status_code == 200 and "请放回原来的密钥" in page.content.decode()
        assert client.get("/admin/networks/fake/").status_code == 200
        assert "fake/default" in client.post("/admin/networks/fake/test/", follow=True).content.decode()
        assert client.get("/").status_code < 500 and client.get("/admin/merchants/").status_code == 200


def test_a_postback_whose_secret_cannot_be_read_is_asked_for_again_later(secrets_kept, client, caplog):
    secrets_kept.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    answer = client.post("/postback/direct/", "{}", "application/json", headers={"X-Zhongcao-Merchant": "farm"})
    assert answer.status_code == 503 and answer["Retry-After"]
    assert "merchant farm cannot be read" in caplog.text


def test_keys_under_the_data_folder_are_changed_in_three_steps(secrets_kept, tmp_path, monkeypatch, capsys):
    for name in ("ENCRYPTION_KEYS", "ENCRYPTION_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    secrets_kept.DATA_DIR = tmp_path
    old = secrets_kept.ENCRYPTION_KEYS
    path = tmp_path / "keys" / keys.ENCRYPTION
    call_command("rotate_keys", "--new-key")
    made = keys.encryption_keys(tmp_path / "keys")
    assert (
        made[1:] == old
        and stat.S_IMODE(path.stat().st_mode) == 0o600
        and "Restart web and worker" in capsys.readouterr().out
    )
    secrets_kept.ENCRYPTION_KEYS = made
    call_command("rotate_keys", "--drop-old")
    assert keys.encryption_keys(tmp_path / "keys") == made[:1]
    assert made[0] not in capsys.readouterr().out
    secrets_kept.ENCRYPTION_KEYS = made[:1]
    assert accounts.from_account("jd") == {"APP_SECRET": SECRET}


def test_an_old_key_that_is_still_needed_is_not_dropped(secrets_kept, tmp_path, monkeypatch):
    monkeypatch.delenv("ENCRYPTION_KEYS", raising=False)
    secrets_kept.DATA_DIR = tmp_path
    secrets_kept.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SystemExit):
        call_command("rotate_keys", "--drop-old")
    assert not (tmp_path / "keys").exists()


def test_keys_of_the_environment_are_changed_there(monkeypatch):
    monkeypatch.setenv("ENCRYPTION_KEYS", "x")
    with pytest.raises(CommandError, match="change it there"):
        call_command("rotate_keys", "--new-key")


def test_weak_many_and_unguarded_keys_are_reported(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("ENCRYPTION_KEYS", "set")
    good = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [good]
    assert checks.encryption_keys_are_good(None) == []
    settings.ENCRYPTION_KEYS = [base64.urlsafe_b64encode(b"password" * 4).decode()]
    assert [found.id for found in checks.encryption_keys_are_good(None)] == ["zhongcao.W002"]
    for many in ([good, good], [Fernet.generate_key().decode() for _ in range(4)]):
        settings.ENCRYPTION_KEYS = many
        assert [found.id for found in checks.encryption_keys_are_good(None)] == ["zhongcao.W003"]
    monkeypatch.delenv("ENCRYPTION_KEYS")
    settings.ENCRYPTION_KEYS = [good]
    assert [found.id for found in checks.encryption_keys_are_good(None)] == ["zhongcao.I001"]
    settings.DATA_DIR = tmp_path
    assert keys.secret_key(tmp_path / "keys") and checks.secrets_are_private(None) == []
    (tmp_path / "keys/secret_key").chmod(0o644)
    assert [found.id for found in checks.secrets_are_private(None)] == ["zhongcao.W004"]
