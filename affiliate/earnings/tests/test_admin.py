"""The earnings page: one's own lines and nobody else's, in a constant number of queries."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Order
from affiliate.earnings.tests.conftest import line_of
from affiliate.people.models import User

pytestmark = pytest.mark.django_db


def may(user: User, *names: str) -> User:
    for name in names:
        user.user_permissions.add(Permission.objects.get(codename=name))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def writer(client, ann):
    user = may(ann.user, "access_admin", "view_commission")
    client.force_login(user)
    return client


@pytest.fixture
def operating(client, operator):
    client.force_login(operator)
    return client


def table(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_an_author_sees_own_lines_with_the_whole_chain(writer, credited):
    ingest(line_of("confirmed", sub_id="annscode", item_title="咖啡壶"), "pull")
    ingest(line_of("confirmed", sub_id="boscode", line_id="o2_1", item_title="别人的锅"), "pull")
    page = writer.get(reverse("earnings:lines"))
    text = page.content.decode()
    assert page.status_code == 200
    for part in ("咖啡壶", "annscode", "手冲入门", "首选", "/p/coffee/", "¥6.66"):
        assert part in text
    assert "别人的锅" not in text
    own, other = Order.objects.get(line_id="o1_1"), Order.objects.get(line_id="o2_1")
    line = writer.get(reverse("earnings:line", args=[own.pk])).content.decode()
    for part in ("v1", "annscode", "¥3.34", "30", "60"):
        assert part in line
    assert writer.get(reverse("earnings:line", args=[other.pk])).status_code == 404


def test_a_line_says_on_what_basis_it_is_credited_and_how_sure_that_is(writer, credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    text = writer.get(reverse("earnings:line", args=[Order.objects.get().pk])).content.decode()
    assert "推荐位编号" in text and "可信度 95%" in text


def test_a_refund_shows_as_taken_back(writer, credited):
    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    ingest(line_of("invalid", after=1, sub_id="annscode"), "pull")
    text = writer.get(reverse("earnings:lines")).content.decode()
    assert "-¥6.66" in text
    assert text.count("¥6.66") >= 3  # the figure, the sentence, the line
    line = writer.get(reverse("earnings:line", args=[Order.objects.get().pk])).content.decode()
    assert "-¥6.66" in line


def test_the_networks_own_fee_stands_beside_what_is_left_and_is_taken_off_once(writer, credited):
    ingest(line_of("confirmed", sub_id="annscode", service_fee_minor=111), "pull")
    line = writer.get(reverse("earnings:line", args=[Order.objects.get().pk])).content.decode()
    assert "联盟技术服务费 ¥1.11，已经扣掉" in line
    assert Order.objects.get().commission_minor == 1_000


def test_fifty_lines_take_as_many_queries_as_one(writer, credited, django_assert_num_queries, ann):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ingest(line_of("confirmed", sub_id="annscode"), "pull")
    url = reverse("earnings:lines")
    writer.get(url)
    with CaptureQueriesContext(connection) as one:
        writer.get(url)
    for number in range(2, 41):
        ingest(line_of("confirmed", sub_id="annscode", line_id=f"o{number}_1"), "pull")
    with django_assert_num_queries(len(one)):
        writer.get(url)


def test_the_file_holds_exactly_what_is_shown_and_no_formula(writer, credited):
    ingest(line_of("confirmed", sub_id="annscode", item_title="=HYPERLINK(1)"), "pull")
    ingest(line_of("pending", sub_id="annscode", line_id="o2_1"), "pull")
    rows = table(writer.get(reverse("earnings:lines"), {"state": "confirmed", "export": "csv"}))
    assert len(rows) == 2
    assert "'=HYPERLINK(1)" in rows[1]
    assert "6.66" in rows[1] and "100.00" in rows[1]
    assert len(table(writer.get(reverse("earnings:lines"), {"export": "csv"}))) == 3


@pytest.mark.parametrize("name", ["everybody", "queue", "files"])
def test_the_operators_pages_are_closed_to_authors(name, writer, credited):
    assert writer.get(reverse(f"earnings:{name}")).status_code in (302, 403)


def test_an_author_without_the_permission_sees_no_money(client, ann, credited):
    client.force_login(may(ann.user, "access_admin"))
    assert client.get(reverse("earnings:lines")).status_code in (302, 403)


def test_an_operator_sees_everybody_and_one_by_name(operating, credited):
    ingest(line_of("confirmed", sub_id="annscode", item_title="咖啡壶"), "pull")
    ingest(line_of("confirmed", sub_id="boscode", line_id="o2_1", item_title="炒锅"), "pull")
    text = operating.get(reverse("earnings:everybody")).content.decode()
    assert "咖啡壶" in text and "炒锅" in text
    text = operating.get(reverse("earnings:everybody"), {"author": "bo"}).content.decode()
    assert "咖啡壶" not in text and "炒锅" in text


def test_an_operator_credits_a_lost_order_by_hand(operating, credited, ann):
    ingest(line_of("confirmed", sub_id="lost"), "pull")
    order = Order.objects.get()
    assert "lost" in operating.get(reverse("earnings:queue")).content.decode()
    assert operating.post(reverse("earnings:assign", args=[order.pk]), {"author": ann.pk}).status_code == 302
    order.refresh_from_db()
    assert (order.conversion.author, order.conversion.basis, order.conversion.decided_by) == (ann, "hand", "olga")
    ingest(line_of("settled", after=3, sub_id="boscode"), "pull")
    order.conversion.refresh_from_db()
    assert order.conversion.author == ann
    assert operating.get(reverse("earnings:line", args=[order.pk])).status_code == 200


def test_the_first_screen_tells_operators_alone_what_waits(client, operator, ann, credited):
    ingest(line_of("confirmed", sub_id="lost"), "pull")
    address = reverse("earnings:queue")
    client.force_login(may(operator, "view_networkstate"))
    text = client.get("/admin/").content.decode()
    assert address in text and "京东" in text
    client.force_login(may(ann.user, "access_admin", "view_commission"))
    assert 'id="zc-operator' not in client.get("/admin/").content.decode()


def test_an_upload_shows_what_came_of_it(operating, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    heading = "订单号,商品ID,商品名称,订单状态,下单时间,付款金额,预估佣金,subUnionId\n"
    rows = "1234567890123,100012,杯子,已付款,2026-11-01 10:00:00,100.00,3.00,x\n"
    rows += "1234567890124,100012,杯子,已付款,昨天,1,1,x\n"
    file = SimpleUploadedFile("jd.csv", (heading + rows).encode("gb18030"))
    page = operating.post(reverse("earnings:files"), {"network": "jd", "file": file}, follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert "jd.csv" in text and "昨天" in text
    assert Order.objects.get().order_id == "1234567890123"
    from affiliate.earnings.models import Upload

    upload = Upload.objects.get()
    assert (upload.created, upload.uploaded_by, len(upload.rejected)) == (1, "olga", 1)
    assert "昨天" in operating.get(reverse("earnings:file", args=[upload.pk])).content.decode()


def test_an_unreadable_upload_says_why_and_keeps_nothing(operating):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    page = operating.post(reverse("earnings:files"), {"network": "jd", "file": file})
    assert page.status_code == 422
    assert "x.csv" in page.content.decode()
    assert not Order.objects.exists()
