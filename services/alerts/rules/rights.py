"""Who may give each command, and for which reasons: what a page must know to offer it, and the reducer to take it.

Apart from the commands themselves, which a page that is only read does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from services.alerts.rules.facts import Reason

Kind = Literal[
    "raise",
    "acknowledge",
    "transmit",
    "return",
    "broadcast",
    "fill",
    "close",
    "cancel",
    "reject",
    "reopen",
    "correct_transmission",
    "correct_offer",
    "withdraw_offer",
    "merge",
    "absorb",
    "keep_apart",
    "revoke_link",
    "fire",
]
"""The commands by name; `services.alerts.rules.commands` has the class of each."""

Capacities = frozenset[str]
"""Roles of a person, or `agency`, or `machine`."""

COORDINATION: Capacities = frozenset({"coordinator", "deputy"})

_PERMITTED: Mapping[Kind, Capacities] = {
    "raise": COORDINATION | {"machine", "capteur", "manager"},
    "return": COORDINATION | {"agency", "machine"},
    "broadcast": COORDINATION | {"machine"},
    "fill": COORDINATION | {"machine"},
    "withdraw_offer": COORDINATION | {"machine"},
    "cancel": COORDINATION | {"capteur"},
    "reopen": frozenset({"coordinator"}),
    "fire": frozenset({"machine"}),
}

_REASONS: Mapping[Kind, tuple[Reason, ...]] = {
    "broadcast": (Reason.AGENCY_UNREACHABLE,),
    "close": (Reason.NO_CANDIDATE, Reason.FILLED_ELSEWHERE, Reason.ENTERPRISE_WITHDREW),
    "cancel": (Reason.ENTERPRISE_WITHDREW, Reason.FILLED_ELSEWHERE, Reason.ENTRY_ERROR),
    "reject": (Reason.NOT_URGENT, Reason.OUT_OF_SCOPE, Reason.DUPLICATE, Reason.ENTRY_ERROR),
    "merge": (Reason.DUPLICATE,),
    "reopen": (Reason.CLOSED_BY_MISTAKE, Reason.STILL_NEEDED),
    "correct_transmission": (Reason.TIME_CONFIRMED, Reason.ENTRY_ERROR),
    "correct_offer": (Reason.AGENCY_CORRECTED, Reason.SECOND_OFFER, Reason.ENTRY_ERROR),
    "withdraw_offer": (Reason.AGENCY_CORRECTED, Reason.ENTRY_ERROR),
}


def permitted(kind: Kind) -> Capacities:
    """In which capacities a command of this kind may be given; coordination unless said otherwise."""
    return _PERMITTED.get(kind, COORDINATION)


def reasons(kind: Kind) -> tuple[Reason, ...]:
    """The reasons to choose from; none where none is asked."""
    return _REASONS.get(kind, ())
