"""Writes what a run or a list suggests, match by match, each with its fact; what people do meanwhile always stands."""

from __future__ import annotations

from collections.abc import Iterable

from services.matching.matches.match import Match
from services.matching.matches.rules import expired
from services.matching.matches.store import MatchStore, mark_put, match_put
from services.matching.matches.telling import told
from services.matching.runs.proposing import Proposal
from services.matching.runs.suggesting import Suggesting
from services.matching.teller import Teller
from shared.tables import ConditionFailed, Write


def suggest(found: list[Proposal], suggesting: Suggesting, matches: MatchStore, teller: Teller) -> int:
    """Adds matches for pairs that have none alive; returns how many were new."""
    return sum(_write(matches, *_new(match, teller)) for match in suggesting.fresh(found))


def replace_suggested(found: Iterable[Proposal], suggesting: Suggesting, matches: MatchStore, teller: Teller) -> None:
    """The same, and what nobody has answered to becomes what the run says: renewed, or expired where it is not proposed."""
    proposed = list(found)
    for match in suggesting.outdated(proposed):
        over = expired(match)
        _write(matches, match_put(over, match.version), _fact(over, teller))
    for match in suggesting.renewed(proposed):
        _write(matches, match_put(match, match.version - 1))
    suggest(proposed, suggesting, matches, teller)


def _new(match: Match, teller: Teller) -> tuple[Write, ...]:
    return match_put(match, None), mark_put(match), _fact(match, teller)


def _fact(match: Match, teller: Teller) -> Write:
    return teller.of(match.territory_id, match.id, match.version, told(match))


def _write(matches: MatchStore, *writes: Write) -> bool:
    """False where somebody was faster: another list suggested the pair, or a person took it further."""
    try:
        matches.write(*writes)
    except ConditionFailed:
        return False
    return True
