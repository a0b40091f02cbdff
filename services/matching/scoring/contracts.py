"""The contracts a job may have, and what passing from one to another is worth."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

NEUTRAL = 500
"""Points of what nobody said."""


class Contract(IntEnum):
    """As the columns number them."""

    UNKNOWN = 0
    PERMANENT = 1
    FIXED_TERM = 2
    AGENCY = 3
    APPRENTICESHIP = 4
    WORK_STUDY = 5
    SEASONAL = 6
    OTHER = 7


CODES: Mapping[str, Contract] = {
    "cdi": Contract.PERMANENT,
    "cdd": Contract.FIXED_TERM,
    "interim": Contract.AGENCY,
    "apprentissage": Contract.APPRENTICESHIP,
    "professionnalisation": Contract.WORK_STUDY,
    "saisonnier": Contract.SEASONAL,
    "autre": Contract.OTHER,
}
"""By the code that a declared job carries."""
_LASTING: Mapping[Contract, int] = {
    Contract.PERMANENT: 3,
    Contract.FIXED_TERM: 2,
    Contract.APPRENTICESHIP: 2,
    Contract.WORK_STUDY: 2,
    Contract.AGENCY: 1,
    Contract.SEASONAL: 1,
}
_LOST = (1000, 500, 0)
"""Points by how many steps less the new contract lasts."""


def transitions() -> NDArray[np.int32]:
    """Points [contract at risk, contract to fill]; neutral where either is unknown or of no known length."""
    points = np.full((len(Contract), len(Contract)), NEUTRAL, dtype=np.int32)
    for old, before in _LASTING.items():
        for new, after in _LASTING.items():
            points[old, new] = _LOST[max(0, before - after)]
    return points
