"""Runs `cleaning.py` as a process of its own, with bounds on memory and time that the kernel keeps."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger("zhongcao.media")

SCRIPT = Path(__file__).with_name("cleaning.py")
WAIT_SECONDS = 40
AT_ONCE = threading.BoundedSemaphore(2)
"""Pictures that one web process has decoded at the same time; the next one waits."""


class Refused(Exception):
    """The picture is not taken. `code` is one of REASONS in words.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture that was decoded and written anew."""

    data: bytes
    extension: str
    width: int
    height: int


def cleaned(data: bytes, *, side: int, pixels: int) -> Cleaned:
    """The picture written anew, its longest side at most `side`. Raises Refused."""
    order = json.dumps({"side": side, "pixels": pixels}).encode() + b"\n"
    with AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603  our own script, told nothing but numbers
                [sys.executable, "-I", str(SCRIPT)],
                input=order + data,
                capture_output=True,
                timeout=WAIT_SECONDS,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Refused("too_much") from error
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode or not head:
        logger.warning(
            "A picture of %d bytes ended its reader: %s", len(data), done.stderr[-500:].decode(errors="replace")
        )
        raise Refused("too_much")
    said = json.loads(head)
    if "refused" in said:
        raise Refused(said["refused"])
    return Cleaned(body, said["extension"], said["width"], said["height"])
