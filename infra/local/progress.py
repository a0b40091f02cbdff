"""Says what is being done, and how long it has taken once that is longer than a person likes to wait in silence."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_SILENT_S = 2.0
_EVERY_S = 1.0


@contextmanager
def step(name: str, out: TextIO = sys.stdout) -> Iterator[None]:
    """Announces a step; after two seconds a terminal shows the seconds, anything else one line."""
    start, over = time.monotonic(), threading.Event()
    watching = threading.Thread(target=_watch, args=(name, start, over, out), daemon=True)
    out.write(f"{name} …\n")
    out.flush()
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _watch(name: str, start: float, over: threading.Event, out: TextIO) -> None:
    if over.wait(_SILENT_S):
        return
    if not out.isatty():
        out.write(f"{name} : toujours en cours\n")
        out.flush()
        over.wait()
        return
    while not over.wait(_EVERY_S):
        out.write(f"\r  {time.monotonic() - start:.0f} s")
        out.flush()
    out.write("\r        \r")
    out.flush()
