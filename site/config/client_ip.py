"""The address of who asks, and which peers are our own proxies: only what those wrote is believed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.core.exceptions import ImproperlyConfigured


class Proxies:
    """Our own proxies, as single addresses and as ranges: `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`."""

    def __init__(self, written: Iterable[str]) -> None:
        """Raises ImproperlyConfigured for what is no address; a range whose host bits are set is none either."""
        self._networks = []
        for word in written:
            try:
                self._networks.append(ip_network(word))
            except ValueError as error:
                raise ImproperlyConfigured(
                    f"TRUSTED_PROXIES holds {word!r}, which is neither an address nor a range such as 10.0.0.0/8."
                ) from error
        # The same few peers ask again and again.
        self._judge = lru_cache(maxsize=1024)(self._holds)

    def __contains__(self, address: object) -> bool:
        return bool(self._networks) and isinstance(address, str) and self._judge(address)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def _holds(self, address: str) -> bool:
        found = parsed(address)
        return found is not None and any(found in network for network in self._networks)


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address, an IPv4 one that came over an IPv6 socket as what it is; None for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@lru_cache(maxsize=8)
def proxies(written: tuple[str, ...]) -> Proxies:
    """The proxies of a setting, read once."""
    return Proxies(written)


def of_environ(environ: Mapping[str, str], trusted: Container[str]) -> str:
    """Walk the forwarded chain from the right while the hop is a trusted proxy."""
    address = environ.get("REMOTE_ADDR", "")
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while chain and address in trusted:
        address = chain.pop()
    return address
