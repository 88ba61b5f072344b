"""Code to target, in memory, following the table by its version; what memory does not hold is read from the table."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from affiliate.tracking.exit.addresses import TOKEN, host_of, safe_url
from affiliate.tracking.exit.database import UNREADABLE, Connection
from affiliate.tracking.exit.forms import FormRules

logger = logging.getLogger("zhongcao.exit")

COLUMNS = "code, url, earns, app_link, network, gone, version"
POLL_SECONDS = 0.8
"""A change must be noticed within a second."""
LATEST = 2.0
"""A map that nobody refreshed for so long is refreshed before it is used."""
MOST_KEPT = 50_000
MOST_UNKNOWN = 10_000
UNKNOWN_SECONDS = 30.0
READS_PER_SECOND = 200


class Overloaded(Exception):
    """Too many unknown codes were asked for in this second, or the database cannot be asked now: try again soon."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a code leads. `url` is empty where there is nowhere to go; `app_link` says that its page has one, `gone`
    that the shop took the item down.
    """

    code: str
    url: str
    carries_token: bool
    host: str
    earns: bool
    app_link: bool
    network: str
    gone: bool


class Targets:
    """All codes of one process. Every method may be called by any thread."""

    def __init__(
        self,
        connection: Connection,
        hosts_of: Callable[[str], Iterable[str]],
        stopped: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """`hosts_of` names the hosts of a network's links, `stopped` the networks that are switched off; both raise
        OSError where that cannot be told now.
        """
        self._connection = connection
        self._hosts_of = hosts_of
        self._stopped_now = stopped
        self._lock = threading.Lock()
        self._map: dict[str, Target] = {}
        self._hosts: dict[str, tuple[str, ...]] = {}
        self.forms = FormRules()
        """Which form each app is given; another object after every change."""
        self.stopped: Collection[str] = frozenset()
        """The networks that are switched off."""
        self._unknown: dict[str, float] = {}
        self._seen = -1
        self._asked_at = 0.0
        self._second, self._reads = 0, 0

    def get(self, code: str) -> Target | None:
        """The target, or None for a code that does not exist. Raises Overloaded where that cannot be told now."""
        self._keep_fresh()
        return self._map.get(code) or self._read(code)

    def _keep_fresh(self) -> None:
        age = time.monotonic() - self._asked_at
        if age < POLL_SECONDS:
            return
        # One thread looks; the others go on with what they have unless it is too old to be trusted.
        if self._lock.acquire(blocking=age > LATEST):
            try:
                if time.monotonic() - self._asked_at >= POLL_SECONDS:
                    self._refresh()
            except UNREADABLE:
                logger.exception(
                    "The exit cannot read its table; it goes on with the %d codes it knows.", len(self._map)
                )
                self._connection.close()
            finally:
                self._asked_at = time.monotonic()
                self._lock.release()

    def _refresh(self) -> None:
        found = self._connection.execute("SELECT version FROM tracking_exitversion").fetchone()
        version = int(found[0]) if found else 0
        if version == self._seen:
            return
        self._read_hosts()
        self.stopped = frozenset(self._stopped_now())
        rules = self._connection.execute("SELECT app, platform, network, form FROM tracking_apprule").fetchall()
        self.forms = FormRules(rules)
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM tracking_exittarget WHERE version > ? ORDER BY version DESC LIMIT {MOST_KEPT}",  # noqa: S608
            (self._seen,),
        ).fetchall()
        for row in reversed(rows):
            self._keep(row)
        self._seen = version

    def _read_hosts(self) -> None:
        """Networks may have lost hosts: judge what is in memory anew where they have."""
        before = dict(self._hosts)
        self._hosts.clear()
        if any(tuple(self._hosts_of(network)) != hosts for network, hosts in before.items()):
            self._map.clear()
            self._seen = -1

    def _keep(self, row: Any) -> Target:
        code, url, earns, app_link, network, gone, _version = row
        safe = safe_url(url, self._allowed(network))
        if url and not safe:
            logger.error(
                "The target of %s leads to %s, which is not a host of %s: not served.", code, host_of(url), network
            )
        target = Target(code, safe, TOKEN in safe, host_of(safe), bool(earns), bool(app_link), network, bool(gone))
        if code not in self._map and len(self._map) >= MOST_KEPT:
            del self._map[next(iter(self._map))]
        self._map[code] = target
        self._unknown.pop(code, None)
        return target

    def _allowed(self, network: str) -> tuple[str, ...]:
        if network not in self._hosts:
            self._hosts[network] = tuple(self._hosts_of(network))
        return self._hosts[network]

    def _read(self, code: str) -> Target | None:
        """A code that memory does not hold: one read, remembered; a flood of invented codes is not passed on."""
        now = time.monotonic()
        if self._unknown.get(code, 0.0) > now:
            return None
        with self._lock:
            if (known := self._map.get(code)) is not None:
                return known
            if int(now) != self._second:
                self._second, self._reads = int(now), 0
            self._reads += 1
            if self._reads > READS_PER_SECOND:
                raise Overloaded
            try:
                row = self._connection.execute(
                    f"SELECT {COLUMNS} FROM tracking_exittarget WHERE code = ?",  # noqa: S608
                    (code,),
                ).fetchone()
                if row is not None:
                    return self._keep(row)
            except UNREADABLE as error:
                self._connection.close()
                raise Overloaded from error
            if len(self._unknown) >= MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[code] = now + UNKNOWN_SECONDS
            return None
