"""Lines of the log as machines read them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import logs, request_id
from config.following import on_enqueued, on_finished, on_started
from config.settings import ROOT


def line(message, *args, **kwargs):
    """One record as it is written."""
    extra = kwargs.pop("extra", None)
    record = logging.getLogger("zhongcao.test").makeRecord(
        "zhongcao.test", logging.WARNING, "f", 1, message, args, kwargs.get("exc_info"), extra=extra
    )
    logs.RequestFilter().filter(record)
    return logs.JsonFormatter().format(record)


def test_a_line_is_one_object_with_time_in_utc_level_and_logger():
    said = json.loads(line("Sold %d.", 3))
    assert (said["message"], said["level"], said["logger"]) == ("Sold 3.", "WARNING", "zhongcao.test")
    at = datetime.fromisoformat(said["time"])
    assert at.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


def test_an_exception_stands_inside_its_line():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        written = line("It broke.", exc_info=sys.exc_info())
    assert "\n" not in written
    assert "ValueError: two" in json.loads(written)["exception"]


def test_what_was_given_beside_the_sentence_becomes_fields():
    said = json.loads(line("Called.", extra={"network": "jd", "seconds": 0.2, "request": object()}))
    assert (said["network"], said["seconds"]) == ("jd", 0.2)
    assert "request" not in said


@given(st.text(), st.dictionaries(st.text(min_size=1), st.one_of(st.text(), st.integers(), st.none()), max_size=4))
def test_whatever_is_said_one_line_is_written_that_can_be_read(text, fields):
    fields = {key: value for key, value in fields.items() if key not in logs.ORDINARY}
    written = line("%s", text, extra=fields)
    assert "\n" not in written
    assert json.loads(written)["level"] == "WARNING"


def test_a_line_whose_arguments_do_not_fit_is_still_a_line():
    assert "cannot be written out" in json.loads(line("%d sold", "none"))["message"]


def test_a_line_has_a_bounded_length():
    assert len(line("x" * 1_000_000)) < 20_000


def test_text_names_the_request_too():
    token = request_id.current.set("abc12345")
    try:
        record = logging.makeLogRecord({"msg": "Said.", "name": "zhongcao", "levelname": "INFO"})
        logs.RequestFilter().filter(record)
        assert logging.Formatter(logs.TEXT).format(record).endswith("INFO zhongcao Said. [abc12345]")
    finally:
        request_id.current.reset(token)


def test_an_unknown_format_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        logs.chosen()


class Result:
    id = "17"


def test_a_task_speaks_under_the_name_of_the_request_that_wanted_it():
    token = request_id.current.set("wanted-by-me")
    on_enqueued(task_result=Result())
    request_id.current.set("")
    try:
        on_started(task_result=Result())
        assert request_id.current.get() == "wanted-by-me"
        on_finished(task_result=Result())
        assert request_id.current.get() == ""
    finally:
        request_id.current.reset(token)


def test_a_task_that_no_request_wanted_has_a_name_of_its_own():
    on_started(task_result=Result())
    assert request_id.current.get() == "task-17"
    on_finished(task_result=Result())


def run(code, tmp_path, **variables):
    """Python in the project with JSON logs; its lines on standard error."""
    env = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "LOG_FORMAT": "json",
        "PLAIN_STATIC": "1",
    }
    code = f"import django; django.setup()\n{code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env | variables, capture_output=True, text=True)
    return [json.loads(one) for one in done.stderr.splitlines()]


def test_a_process_that_dies_says_so_in_json(tmp_path):
    (last,) = run("raise RuntimeError('gone')", tmp_path)
    assert last["level"] == "CRITICAL"
    assert "RuntimeError: gone" in last["exception"]


def test_a_thread_that_dies_and_a_warning_say_so_in_json(tmp_path):
    code = (
        "import threading, warnings; warnings.warn('old')\\n"
        "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()"
    )
    warned, died = run(code, tmp_path)
    assert "old" in warned["message"]
    assert "ZeroDivisionError" in died["exception"]
