"""What stands between an adapter and a network: rate limits, circuit breakers and switches, kept by somebody else."""

from __future__ import annotations

from typing import Protocol

from affiliate.networks.errors import NetworkError


class CallGuard(Protocol):
    """Supplied by the room `connections`, where the state that processes share lives."""

    def before(self, network: str, operation: str, calls_per_second: float, deadline: float) -> None:
        """Called before every attempt. May sleep for its slot, but not longer than `deadline`, the seconds that are
        left for the call. Raises Off (kill switch, open breaker) or Wait (no slot within the deadline).
        """

    def after(self, network: str, operation: str, error: NetworkError | None, seconds: float) -> None:
        """Called once for every attempt that `before` let through, with what became of it. Never raises."""


class OpenGuard:
    """Lets everything through: for tests and for callers without shared state."""

    def before(self, network: str, operation: str, calls_per_second: float, deadline: float) -> None:
        return None

    def after(self, network: str, operation: str, error: NetworkError | None, seconds: float) -> None:
        return None
