"""A bar on the terminal for what takes more than two seconds; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TextIO

from shared.web.formats import number, percent

SILENT_S = 2.0
BAR = 30
"""Characters."""


class Progress:
    """How much of a known amount is done, on the error output."""

    def __init__(self, name: str, total: int, out: TextIO = sys.stderr) -> None:
        self._name, self._total, self._out = name, max(1, total), out
        self._done = 0
        self._due = time.monotonic() + SILENT_S
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._shown:
            self._out.write("\r\033[K")
            self._out.flush()

    def counted(self, parts: Iterable[int]) -> Iterator[int]:
        """The same parts, each added to what is done."""
        for part in parts:
            self._done += part
            self._show()
            yield part

    def _show(self) -> None:
        if time.monotonic() < self._due or not self._out.isatty():
            return
        self._shown = True
        share = min(1.0, self._done / self._total)
        self._out.write(
            f"\r{self._name:<24} {'█' * round(BAR * share):░<{BAR}} {percent(share):>6} {number(self._done)}"
        )
        self._out.flush()
