"""The two indexes behind the search: FTS5 on SQLite, tsvector with GIN on PostgreSQL. Both hold ready-made tokens, so
that neither database's own idea of a word matters, and both answer alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from content.search.words import Word

MOST_MATCHES = 500
"""Ranked are the newest so many; older matches of a word that common are not missed by anybody."""

CREATE = {
    "sqlite": [
        'CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(words, tokenize = "unicode61 remove_diacritics 0")'
    ],
    "postgresql": [
        "CREATE TABLE IF NOT EXISTS search_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS search_words_gin ON search_words USING gin (words)",
    ],
}
DROP = "DROP TABLE IF EXISTS search_words"


def create(database: BaseDatabaseWrapper) -> None:
    """Make the index table."""
    with database.cursor() as cursor:
        for statement in CREATE[database.vendor]:
            cursor.execute(statement)


def drop(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute(DROP)


def put(number: int, tokens: Sequence[str]) -> None:
    """Keep these tokens, and no others, under the entry's number."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO search_words (rowid, words) VALUES (%s, array_to_tsvector(%s::text[])) "
                "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words",
                [number, list(tokens)],
            )
            return
        cursor.execute("DELETE FROM search_words WHERE rowid = %s", [number])
        cursor.execute("INSERT INTO search_words (rowid, words) VALUES (%s, %s)", [number, " ".join(tokens)])


def remove(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words WHERE rowid = %s", [number])


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words")


def find(words: Sequence[Word], *, any_word: bool = False, limit: int = MOST_MATCHES) -> list[int]:
    """Numbers of the newest entries that hold all of the words, or any of them."""
    if not words:
        return []
    if connection.vendor == "postgresql":
        sql = "SELECT rowid FROM search_words WHERE words @@ %s::tsquery ORDER BY rowid DESC LIMIT %s"
        asked = _joined(words, any_word, tsquery_term, " & ", " | ")
    else:
        sql = "SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT %s"
        asked = _joined(words, any_word, fts5_term, " AND ", " OR ")
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked, limit])
        return [row[0] for row in cursor.fetchall()]


def fts5_term(token: str, prefix: bool) -> str:
    """A token as FTS5 reads it: between quotes nothing is an operator."""
    quoted = '"' + token.replace('"', '""') + '"'
    return quoted + " *" if prefix else quoted


def tsquery_term(token: str, prefix: bool) -> str:
    """The same for tsquery."""
    quoted = "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
    return quoted + ":*" if prefix else quoted


def _joined(words: Sequence[Word], any_word: bool, term, both: str, either: str) -> str:  # type: ignore[no-untyped-def]
    groups = ["(" + both.join(term(token, word.prefix) for token in word.tokens) + ")" for word in words]
    return (either if any_word else both).join(groups)
