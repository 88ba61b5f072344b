"""Puts the exit of tracked links in front of Django, and tells it what it needs to know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection

from affiliate.connections import api as connections
from affiliate.tracking import api as tracking
from affiliate.tracking.exit.database import Address
from affiliate.tracking.exit.front import Application, Environ, Front, Setup
from config.client_ip import of_environ, proxies

POSTGRES_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "options", "service", "passfile")


def front(application: Callable[..., Any]) -> Application:
    """The exit ahead of Django."""
    trusted = proxies(tuple(settings.TRUSTED_PROXIES))

    def client_ip(environ: Environ) -> str:
        return of_environ(environ, trusted)

    headers: tuple[tuple[str, str], ...] = ()
    if settings.SECURE_HSTS_SECONDS:
        headers = (
            ("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"),
        )
    setup = Setup(database_address, exit_hosts, client_ip, settings.SECRET_KEY, headers, stopped)
    return Front(application, setup)


def database_address() -> Address:
    """Django's database, as the exit opens it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return Address(sqlite_path=str(known["NAME"]))
    named = {
        "dbname": known["NAME"],
        "user": known["USER"],
        "password": known["PASSWORD"],
        "host": known["HOST"],
        "port": known["PORT"],
    }
    options = {key: value for key, value in known.get("OPTIONS", {}).items() if key in POSTGRES_OPTIONS}
    return Address(postgres={key: value for key, value in {**named, **options}.items() if value})


def exit_hosts(network: str) -> tuple[str, ...]:
    """The hosts of a network's links. No Django request surrounds this: a stale connection is let go first."""
    close_old_connections()
    try:
        return connections.exit_hosts(network)
    except Error as error:
        raise ConnectionError(f"The hosts of {network} cannot be read now.") from error


def stopped() -> Collection[str]:
    """The networks that are switched off. As above, a stale connection is let go first."""
    close_old_connections()
    try:
        return tracking.stopped_networks()
    except Error as error:
        raise ConnectionError("The networks' switches cannot be read now.") from error
