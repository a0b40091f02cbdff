"""What the rest of Vigie is told of a match: métiers, points and how it stands, never between whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.matching.matches.match import OUTCOMES, Match, State
from services.matching.matches.rules import REASONS

if TYPE_CHECKING:
    from shared.events import Event


def told(match: Match) -> Event:
    """The fact of the match's newest state."""
    if match.state in _SHORT:
        return _fact(_SHORT[match.state], match)
    match match.state:
        case "suggested":
            said: dict[str, Any] = {"score": match.score, "passerelle": match.passerelle, "run_id": match.run_id}
            return _fact("MatchSuggested", match, **said)
        case "one_side_agreed":
            return _fact("MatchAgreed", match, side=match.consents[-1].side)
        case "concluded":
            return _fact("MatchConcluded", match, people=match.people_moved)
        case "reviewed":
            return _reviewed(match)
        case _:
            return _ended(match)


_SHORT: Mapping[State, str] = {
    "shortlisted": "MatchShortlisted",
    "introduced": "MatchIntroduced",
    "in_setup": "MatchSetUp",
}
"""States of which the ids say all."""


def _reviewed(match: Match) -> Event:
    outcome = match.outcome or "unknown"
    said = {"outcome": outcome, "outcome_label": OUTCOMES[outcome], "people_still": match.people_still or 0}
    return _fact("MatchReviewed", match, **said)


def _ended(match: Match) -> Event:
    reason = match.reason or "expired"
    return _fact("MatchEnded", match, reason=reason, reason_label=REASONS.get(reason, "Sans réponse dans le délai"))


def _fact(name: str, match: Match, **said: Any) -> Event:
    from shared.events import matching  # noqa: PLC0415 - a page that only shows tells nothing

    kind: type[Event] = getattr(matching, name)
    return kind(**_ids(match), **said)


def _ids(match: Match) -> dict[str, Any]:
    return {
        "match_id": match.id,
        "job_id": match.job_id,
        "opening_id": match.opening_id,
        "mode": match.mode,
        "mode_label": match.mode_label,
        "origin_rome": match.origin_rome,
        "target_rome": match.target_rome,
        "state": match.state,
        "state_label": match.state_label,
    }
