"""Certificates held and asked for, as bits: any number of names, 64 a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from shared.errors import Invalid

Bits = NDArray[np.uint64]
_WORD = 64


def words(names: Sequence[str]) -> int:
    """How many words one row takes; at least one."""
    return max(1, -(-len(names) // _WORD))


def masks(rows: Sequence[Iterable[str]], names: Sequence[str]) -> Bits:
    """Bits [row, word] of the names on each row; raises Invalid for a name that is not among `names`."""
    place = {name: position for position, name in enumerate(names)}
    bits = np.zeros((len(rows), words(names)), dtype=np.uint64)
    for row, held in enumerate(rows):
        for name in held:
            if name not in place:
                raise Invalid(f"Le certificat « {name} » n'est pas de ceux du territoire.")
            word, bit = divmod(place[name], _WORD)
            bits[row, word] |= np.uint64(1 << bit)
    return bits
