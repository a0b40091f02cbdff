"""What scoring hands to assignment: which sources may go to which openings, for how many points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Edges:
    """Admissible pairs, in the order of their source, then of their opening; three columns of one length."""

    source: NDArray[np.int32]
    """Position of the source among the sources, which stand in the order of their ids."""
    opening: NDArray[np.int32]
    """Position of the opening among the openings, which stand in the order of their ids."""
    score: NDArray[np.int32]
    """Points, 0 to 1,000."""

    def __len__(self) -> int:
        return len(self.source)
