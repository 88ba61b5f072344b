"""Switch, breaker and rate limits as several processes meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from affiliate.connections import api, breaker, slots, states
from affiliate.connections.guard import SharedGuard
from affiliate.connections.models import CallSlot, NetworkState
from affiliate.networks.errors import NotFound, Off, ProtocolError, Unavailable, Wait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_if_outside_a_transaction(monkeypatch):
    """pytest's own transaction is not a caller's."""
    monkeypatch.setattr(slots, "in_callers_transaction", lambda: False)


def call(guard: SharedGuard, error=None, *, rate: float = 1000.0, deadline: float = 1.0) -> None:
    guard.before("fake", "lookup", rate, deadline)
    guard.after("fake", "lookup", error, 0.01)


def fail(times: int, error: type = Unavailable) -> None:
    for _ in range(times):
        call(SharedGuard(), error("down", network="fake"))


def test_a_network_that_is_switched_off_is_not_called(network):
    api.switch("fake", on=False)
    assert not api.is_on("fake")
    with pytest.raises(Off) as caught:
        call(SharedGuard(force=True))
    assert caught.value.code == "switched_off"
    api.switch("fake", on=True)
    call(SharedGuard())


def test_another_process_notices_the_switch_within_a_second(network):
    assert api.is_on("fake")
    NetworkState.objects.update_or_create(network="fake", defaults={"switched_on": False})  # as another process would
    assert states.NOTICED_WITHIN <= 1
    states.forget("fake")  # what the second does
    assert not api.is_on("fake")


def test_five_failures_in_a_row_open_the_breaker_for_a_minute():
    fail(4)
    call(SharedGuard())
    fail(5)
    with pytest.raises(Off) as caught:
        call(SharedGuard())
    assert caught.value.code == "breaker_open"
    left = caught.value.retry_at - timezone.now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)


def test_answers_we_do_not_like_do_not_open_it():
    fail(4)
    for _ in range(10):
        call(SharedGuard(), NotFound("gone"))
    assert api.state("fake").failures == 0
    fail(5, ProtocolError)
    with pytest.raises(Off):
        call(SharedGuard())


def test_a_person_passes_the_open_breaker_and_a_success_closes_it():
    fail(5)
    call(SharedGuard(force=True))
    call(SharedGuard())
    state = api.state("fake")
    assert (state.failures, state.trips, state.open_until) == (0, 0, None)


def test_after_the_pause_one_call_goes_out_as_a_probe_while_the_others_wait():
    fail(5)
    _time_passes()
    SharedGuard().before("fake", "lookup", 1000, 1)
    with pytest.raises(Off):
        SharedGuard().before("fake", "lookup", 1000, 1)
    SharedGuard().after("fake", "lookup", Unavailable("still down"), 0.1)
    left = api.state("fake").open_until - timezone.now()
    assert timedelta(seconds=110) < left <= timedelta(seconds=120)
    _time_passes()
    call(SharedGuard())
    call(SharedGuard())


def test_the_pause_doubles_up_to_a_quarter_of_an_hour():
    assert [breaker.pause(n).total_seconds() for n in range(6)] == [60, 120, 240, 480, 900, 900]


def test_calls_still_under_way_when_it_opened_do_not_lengthen_the_pause():
    for _ in range(20):
        SharedGuard().after("fake", "lookup", Unavailable("down"), 0.1)
    state = api.state("fake")
    assert state.trips == 1
    assert state.open_until - timezone.now() <= timedelta(seconds=60)


def test_a_slot_is_waited_for_when_it_comes_before_the_deadline(monkeypatch):
    slept = []
    monkeypatch.setattr(slots.time, "sleep", slept.append)
    for _ in range(3):
        SharedGuard().before("fake", "lookup", 2.0, 5.0)
    assert slept == [pytest.approx(0.5, abs=0.1), pytest.approx(1.0, abs=0.1)]


def test_a_slot_beyond_the_deadline_is_refused_with_the_time_to_come_back():
    SharedGuard().before("fake", "lookup", 0.1, 1.0)
    with pytest.raises(Wait) as caught:
        SharedGuard().before("fake", "lookup", 0.1, 1.0)
    assert caught.value.retry_at > timezone.now() + timedelta(seconds=5)
    SharedGuard().before("fake", "search", 0.1, 1.0)  # another operation has slots of its own


def test_a_wait_that_the_network_asked_for_holds_for_every_process():
    SharedGuard().before("fake", "lookup", 1000, 1)
    until = timezone.now() + timedelta(minutes=2)
    SharedGuard().after("fake", "lookup", Wait("slow down", retry_at=until), 0.1)
    with pytest.raises(Wait) as caught:
        SharedGuard().before("fake", "lookup", 1000, 5)
    assert caught.value.retry_at == until


def test_a_clock_that_jumped_back_does_not_silence_a_network_for_days():
    CallSlot.objects.create(key="fake:lookup", next_at=timezone.now() + timedelta(days=3))
    SharedGuard().before("fake", "lookup", 1000, 1)


def test_a_broken_database_stops_no_call(monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(slots, "take", broken)
    call(SharedGuard())
    assert "goes on without it" in caplog.text


def test_inside_a_callers_transaction_no_row_is_locked_and_health_waits_for_the_commit(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(slots, "in_callers_transaction", lambda: connection.in_atomic_block)
    with django_capture_on_commit_callbacks(execute=True) as noted, transaction.atomic():
        call(SharedGuard(), Unavailable("down"))
        assert not CallSlot.objects.exists() and not NetworkState.objects.exists()
    assert len(noted) == 1
    assert NetworkState.objects.get().failures == 1


def test_a_spoiled_transaction_of_the_caller_is_left_alone():
    with transaction.atomic():
        transaction.set_rollback(True)
        SharedGuard().before("fake", "lookup", 1, 1)
        transaction.set_rollback(False)


def _time_passes() -> None:
    NetworkState.objects.filter(network="fake").update(open_until=timezone.now() - timedelta(seconds=1))
    states.forget("fake")
