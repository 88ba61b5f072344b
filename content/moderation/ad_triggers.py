"""Database triggers that keep the advertising file as it was written: the end of a record may be set once, and nothing
is forgotten within three years after it.

They are made again after every migration, because SQLite rebuilds tables for many of them and drops their triggers.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections

ADS, RUNS, PASSES = "moderation_adrecord", "moderation_checkrun", "moderation_checkoverride"
YEARS_KEPT = 3
NAMES = {
    "ads_refuse_change": ADS,
    "ads_end_once": ADS,
    "ads_refuse_delete": ADS,
    "runs_refuse_change": RUNS,
    "passes_refuse_change": PASSES,
    "passes_refuse_delete": PASSES,
}
REFUSAL = "The advertising file is append-only and is kept for three years."


def create(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make what is missing, on SQLite and on PostgreSQL. Nothing where the tables do not stand yet."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if not {ADS, RUNS, PASSES} <= set(connection.introspection.table_names(cursor)):
            return
        columns = [column.name for column in connection.introspection.get_table_description(cursor, ADS)]
        fixed = ", ".join(f'"{name}"' for name in columns if name != "shown_until")
        for statement in _statements(connection.vendor, fixed):
            cursor.execute(statement)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """For tests that must empty the tables behind them, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in NAMES.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if connection.vendor == 'sqlite' else f' ON {table}'}")


def _statements(vendor: str, fixed: str) -> list[str]:
    too_early = (
        f"OLD.shown_until IS NULL OR OLD.shown_until > datetime('now', '-{YEARS_KEPT} years')"
        if vendor == "sqlite"
        else f"OLD.shown_until IS NULL OR OLD.shown_until > now() - interval '{YEARS_KEPT} years'"
    )
    young = (
        f"OLD.at > datetime('now', '-{YEARS_KEPT} years')"
        if vendor == "sqlite"
        else f"OLD.at > now() - interval '{YEARS_KEPT} years'"
    )
    rules = {
        "ads_refuse_change": (f"UPDATE OF {fixed} ON {ADS}", ""),
        "ads_end_once": (f"UPDATE OF shown_until ON {ADS}", "OLD.shown_until IS NOT NULL"),
        "ads_refuse_delete": (f"DELETE ON {ADS}", too_early),
        "runs_refuse_change": (f"UPDATE ON {RUNS}", ""),
        "passes_refuse_change": (f"UPDATE ON {PASSES}", ""),
        "passes_refuse_delete": (f"DELETE ON {PASSES}", young),
    }
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} FOR EACH ROW "
            f"{f'WHEN {condition} ' if condition else ''}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for name, (event, condition) in rules.items()
        ]
    function = (
        "CREATE OR REPLACE FUNCTION ad_file_refuses() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
    )
    return [
        function,
        *(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} FOR EACH ROW "
            f"{f'WHEN ({condition}) ' if condition else ''}EXECUTE FUNCTION ad_file_refuses()"
            for name, (event, condition) in rules.items()
        ),
    ]
