"""A bar for what takes more than two seconds, on the terminal's side that no figure is printed on."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_SILENT_S = 2.0
_EVERY_S = 0.5
_WIDTH = 30


class Bar:
    """How much of a known amount is done; shown from the third second on, only to somebody who looks."""

    def __init__(self, name: str, total: int, out: TextIO = sys.stderr) -> None:
        self._name, self._total, self._out = name, max(1, total), out
        self._due = time.monotonic() + _SILENT_S
        self._shown = False

    def at(self, done: int) -> None:
        """Shows that so many are done, at most twice a second."""
        if time.monotonic() < self._due or not self._out.isatty():
            return
        self._due, self._shown = time.monotonic() + _EVERY_S, True
        full = min(_WIDTH, _WIDTH * done // self._total)
        self._out.write(f"\r{self._name:<34}[{'█' * full}{'·' * (_WIDTH - full)}] {done:>9,} / {self._total:,}")
        self._out.flush()

    def close(self) -> None:
        """Removes it."""
        if self._shown:
            self._out.write("\r\033[K")
            self._out.flush()
