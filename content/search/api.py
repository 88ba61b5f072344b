"""What other rooms may use of the readers' search."""

from __future__ import annotations

from content.search.index import put, rebuild, remove
from content.search.personal import forget_names
from content.search.results import answer

__all__ = ["answer", "forget_names", "put", "rebuild", "remove"]
