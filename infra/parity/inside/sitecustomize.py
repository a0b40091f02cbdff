"""Python's own start-up hook, on MiniStack's path only: it and the functions it starts live in the clock file's time.

The file that VIGIE_PARITY_CLOCK names holds one double: how many seconds ahead of the machine everyone is. It is mapped
into each process, so a move of the clock is seen by all of them at once.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

import _time_machine
import time_machine

_OFFSET_S = struct.Struct("d")
_BILLION = 1_000_000_000


class _Together(time_machine.Traveller):
    """Reads the offset at each look at the clock."""

    def __init__(self, shared: mmap.mmap) -> None:
        super().__init__(0, None, tick=True)
        self._shared = shared

    def time_ns(self) -> int:
        (offset_s,) = _OFFSET_S.unpack_from(self._shared)
        now_ns: int = _time_machine.original_time_ns()
        return now_ns + int(offset_s * _BILLION)


def _travel() -> None:
    with Path(os.environ["VIGIE_PARITY_CLOCK"]).open("rb") as file:
        shared = mmap.mmap(file.fileno(), _OFFSET_S.size, access=mmap.ACCESS_READ)
    time_machine.travel(0).start()
    time_machine.traveller_stack[-1] = _Together(shared)


_travel()
