"""A large order file is taken by a worker, in parts; whoever is stopped goes on, and every line counts once."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from affiliate.earnings import importing, taking
from affiliate.earnings.models import Order, Upload, UploadContent
from affiliate.earnings.upload_models import UploadState
from affiliate.people.models import User

pytestmark = pytest.mark.django_db

HEADING = "订单号,商品ID,商品名称,订单状态,下单时间,付款金额,预估佣金,subUnionId\n"
LINES = 1_200


def order_file(lines: int = LINES) -> bytes:
    """A file of JD's back-end, its last row without a readable time."""
    rows = [f"{10**12 + n},100012,杯子,已付款,2026-11-01 10:00:00,100.00,3.00,x\n" for n in range(lines)]
    broken = f"{10**12 + lines},100012,杯子,已付款,昨天,1,1,x\n"
    return (HEADING + "".join(rows) + broken).encode("gb18030")


def handed_in(data: bytes | None = None) -> Upload:
    return importing.hand_in(data or order_file(), "jd.csv", "jd", None)


def silent(upload: Upload) -> None:
    """The worker that took it is gone, and its claim has run out."""
    Upload.objects.filter(pk=upload.pk).update(claimed_until=timezone.now() - taking.CLAIM)


def test_a_large_file_waits_for_a_worker_and_is_then_taken_whole() -> None:
    upload = handed_in()
    assert (upload.state, upload.lines, Order.objects.count()) == (UploadState.TAKING, LINES, 0)
    importing.go_on(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.position, upload.created) == (UploadState.TAKEN, LINES, LINES)
    assert Order.objects.count() == LINES
    assert len(upload.rejected) == 1
    assert not UploadContent.objects.exists()


def test_a_small_file_is_taken_while_one_waits() -> None:
    upload = handed_in(order_file(3))
    assert (upload.state, Order.objects.count()) == (UploadState.TAKEN, 3)
    assert not UploadContent.objects.exists()


def test_the_kept_file_is_encrypted() -> None:
    handed_in()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM earnings_uploadcontent")
        (kept,) = cursor.fetchone()
    assert kept.startswith("gAAAA")


def test_who_is_stopped_in_the_second_part_goes_on_there(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = handed_in()
    real, parts = taking.ingest_many, []

    def stopped(lines: Any, *args: Any, **kwargs: Any) -> None:
        parts.append(len(lines))
        if len(parts) == 2:
            raise RuntimeError("the power went out")
        real(lines, *args, **kwargs)

    monkeypatch.setattr(taking, "ingest_many", stopped)
    with pytest.raises(RuntimeError):
        importing.go_on(upload.pk)
    assert Order.objects.count() == taking.PART
    importing.go_on_with_all()
    assert parts == [500, 500], "nobody touches a file that somebody has claimed"
    silent(upload)
    importing.go_on_with_all()
    upload.refresh_from_db()
    assert parts == [500, 500, 500, 200]
    assert (upload.state, upload.created, Order.objects.count()) == (UploadState.TAKEN, LINES, LINES)


def test_of_two_who_take_the_same_part_one_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = handed_in()
    real = taking.ingest_many

    def overtaken(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(taking, "ingest_many", real)
        silent(upload)
        importing.go_on(upload.pk)  # another worker, while we were slow
        real(*args, **kwargs)

    monkeypatch.setattr(taking, "ingest_many", overtaken)
    importing.go_on(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.position, upload.created) == (UploadState.TAKEN, LINES, LINES)
    assert Order.objects.count() == LINES


def test_a_file_that_stops_every_worker_is_given_up_and_says_so(
    monkeypatch: pytest.MonkeyPatch, operating: Client
) -> None:
    upload = handed_in()

    def stopped(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("again")

    monkeypatch.setattr(taking, "ingest_many", stopped)
    for _turn in range(importing.MOST_TRIES + 1):
        importing.go_on_with_all()
        silent(upload)
    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    page = operating.get(reverse("earnings:file", args=[upload.pk]))
    assert "5 次" in page.content.decode()
    assert not UploadContent.objects.exists()


def test_a_file_whose_key_is_gone_is_asked_for_again(settings: Any, operating: Client) -> None:
    upload = handed_in()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    importing.go_on(upload.pk)
    page = operating.get(reverse("earnings:file", args=[upload.pk])).content.decode()
    assert "ENCRYPTION_KEYS" in page


def test_a_command_whose_file_was_given_up_meanwhile_does_not_say_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = taking.ingest_many

    def slow(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        silent(Upload.objects.get())
        importing.go_on_with_all()  # to the worker a command that is silent for so long is gone

    monkeypatch.setattr(taking, "ingest_many", slow)
    report = importing.import_file(order_file(), "jd.csv", "jd")
    assert Upload.objects.get().state == UploadState.FAILED and Order.objects.count() == taking.PART
    assert report.error is not None and report.error.template == taking.NOT_KEPT


def test_a_command_that_was_killed_leaves_a_word_for_the_operator() -> None:
    record = Upload.objects.create(network="jd", filename="f", digest="x", state=UploadState.TAKING, lines=9)
    importing.go_on_with_all()
    record.refresh_from_db()
    assert record.state == UploadState.FAILED
    assert record.problem["text"] == taking.NOT_KEPT


def test_the_page_of_a_large_file_shows_how_far_it_is_until_it_is_done(operating: Client) -> None:
    file = SimpleUploadedFile("jd.csv", order_file())
    page = operating.post(reverse("earnings:files"), {"network": "jd", "file": file}, follow=True)
    assert page.headers["Refresh"]
    assert 'value="0"' in page.content.decode()
    importing.go_on(Upload.objects.get().pk)
    done = operating.get(page.request["PATH_INFO"])
    assert "Refresh" not in done.headers
    assert "progress" not in done.content.decode()


def test_an_operator_reads_in_his_language_why_a_row_was_not_taken(operating: Client) -> None:
    upload = handed_in(order_file(1))
    assert "昨天" in str(upload.rejected[0])
    text = operating.get(reverse("earnings:file", args=[upload.pk])).content.decode()
    assert "下单时间" in text
    assert "is not a time" not in text


def test_the_list_of_files_names_the_network_and_counts_rows_that_were_not_read(operating: Client) -> None:
    upload = handed_in(order_file(1))
    Upload.objects.filter(pk=upload.pk).update(rejected=upload.rejected * 17)
    text = operating.get(reverse("earnings:files")).content.decode()
    assert "<small>京东 ·" in text
    assert '<span class="zc-reversed">17</span>' in text


def test_a_file_of_nothing_but_a_heading_says_so_and_alarms_nobody(operating: Client) -> None:
    page = reverse("earnings:file", args=[handed_in(HEADING.encode()).pk])
    text = operating.get(page).content.decode()
    assert "文件里只有表头" in text
    assert "zc-figure--invalid" not in text
    assert (
        "文件里只有表头"
        not in operating.get(reverse("earnings:file", args=[handed_in(order_file(1)).pk])).content.decode()
    )


@pytest.fixture
def operating(client: Client, django_user_model: type[User]) -> Client:
    """An operator's browser."""
    client.force_login(django_user_model.objects.create_superuser("olga"))
    return client
