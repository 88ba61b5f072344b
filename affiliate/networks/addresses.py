"""Which hosts and internet addresses this house may talk to on behalf of strangers."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable

from affiliate.networks.errors import BadInput, Unavailable

Resolver = Callable[[str], list[str]]
"""Host name to its addresses as text. Raises OSError where there are none."""

_REFUSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64: an IPv4 address in disguise
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fc00::/7",
        "fec0::/10",
    )
)


def host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """True where the list names the host, or its domain with a leading dot."""
    host = host.lower().rstrip(".")
    return any(host == entry or (entry.startswith(".") and host.endswith(entry)) for entry in allowed)


def is_public(address: str) -> bool:
    """True for an address of the open internet; False for anything private, special or disguised."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return False  # no name server of an honest site answers with one
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip.version == block.version and ip in block for block in _REFUSED)


def system_resolver(host: str) -> list[str]:
    """The addresses that the machine's resolver gives, IPv4 first."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0] != socket.AF_INET)]


def public_address(host: str, resolver: Resolver, timeout: float) -> str:
    """One public address of a host, looked up once. Raises BadInput where any of its addresses is not public, and
    Unavailable where there is none in time.
    """
    try:
        addresses = _in_time(lambda: resolver(host), timeout)
    except (OSError, UnicodeError) as exc:
        raise Unavailable(
            "The link's site cannot be found. Try again later.", code="dns", detail=f"{host}: {exc}"[:200]
        ) from exc
    if not addresses:
        raise Unavailable("The link's site cannot be found. Try again later.", code="dns", detail=host)
    if not all(is_public(address) for address in addresses):
        raise BadInput("The link leads into a private network, so it was not opened.", code="private", detail=host)
    return addresses[0]


def _in_time(call: Callable[[], list[str]], timeout: float) -> list[str]:
    """Run a look-up that cannot be given a deadline. A thread that hangs is left behind; it ends with the look-up."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(call())
        except Exception as exc:  # noqa: BLE001 - carried over to the caller's thread
            answers.put(exc)

    threading.Thread(target=look_up, daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=max(timeout, 0.01))
    except queue.Empty:
        raise TimeoutError("no answer in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
