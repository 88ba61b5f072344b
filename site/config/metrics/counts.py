"""Requests that Django answered, counted by each process."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

AREAS = ("admin", "go", "search", "media", "documents", "static", "postback", "healthz", "readyz", "metrics")
PAGES = "pages"
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BUCKETS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)

_requests = Counter(
    "zhongcao_requests",
    "Requests that Django answered, by part of the site and class of status. Redirects of tracked links, which are"
    " answered ahead of Django, stand in zhongcao_exits.",
    ["area", "status"],
)
_seconds = Histogram("zhongcao_request_seconds", "How long answering took.", ["area"], buckets=BUCKETS)

# Children are made once, and there can be no others: whatever strangers ask for, the series stay as many.
_counters = {(area, status): _requests.labels(area, status) for area in (*AREAS, PAGES) for status in CLASSES}
_timers = {area: _seconds.labels(area) for area in (*AREAS, PAGES)}


def area_of(path: str) -> str:
    """The part of the site an address belongs to: one of AREAS, or PAGES for everything readers read."""
    first = path[1:].partition("/")[0]
    return first if first in _timers else PAGES


def count_request(path: str, status: int, seconds: float) -> None:
    """One request is answered."""
    area = area_of(path)
    counter = _counters.get((area, f"{status // 100}xx"))
    if counter is not None:
        counter.inc()
    _timers[area].observe(seconds)
