"""Calls to networks, counted in the database: the worker makes most of them, and its memory is not the web's."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import DatabaseError, transaction
from django.db.models import F
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from affiliate.connections import api as connections
from config.models import NetworkCalls

logger = logging.getLogger("zhongcao.metrics")

OUTCOMES = frozenset(
    {"ok", "wait", "unavailable", "protocol", "reauthorise", "permission", "not_found", "not_promotable", "bad_input"}
)


def count(network: str, outcome: str) -> None:
    """One call ended. Never raises: a number is not worth failing a call for."""
    outcome = outcome if outcome in OUTCOMES else "other"
    rows = NetworkCalls.objects.filter(network=network[:30], outcome=outcome)
    try:
        with transaction.atomic():
            if not rows.update(calls=F("calls") + 1):
                NetworkCalls.objects.bulk_create(
                    [NetworkCalls(network=network[:30], outcome=outcome)], ignore_conflicts=True
                )
                rows.update(calls=F("calls") + 1)
    except DatabaseError:
        logger.warning("A call to %s could not be counted.", network, exc_info=True)


def families() -> Iterator[Metric]:
    """Calls by network and outcome since the installation began; switches and breakers as they are."""
    made = CounterMetricFamily("zhongcao_network_calls", "Calls to networks by outcome.", labels=["network", "outcome"])
    states = connections.states()
    known = {state.network for state in states}
    for row in NetworkCalls.objects.filter(network__in=known).order_by("network", "outcome"):
        made.add_metric([row.network, row.outcome], row.calls)
    yield made
    on = GaugeMetricFamily("zhongcao_network_on", "Whether a network is switched on.", labels=["network"])
    failures = GaugeMetricFamily("zhongcao_network_failures", "Failures in a row of a network.", labels=["network"])
    for state in states:
        on.add_metric([state.network], float(state.switched_on))
        failures.add_metric([state.network], state.failures)
    yield on
    yield failures
