"""What may become of a match: pure, one function a move; each refusal says why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from services.matching.matches.match import ENDED, SIDES, Consent, Match, Outcome, Side, State, Tick
from shared.errors import Conflict, Invalid

REASONS: Mapping[str, str] = {
    "not_interested": "Pas intéressée",
    "people_decline": "Les salariés ne le souhaitent pas",
    "too_far": "Trop loin",
    "wage": "Salaire",
    "training": "Formation trop longue ou indisponible",
    "timing": "Calendrier",
    "filled_elsewhere": "Pourvu ou résolu autrement",
    "trial_failed": "Essai non concluant",
    "other": "Autre motif",
}
"""Why a match ends: codes that can be counted, never somebody's prose."""

_MOVES: Mapping[str, frozenset[State]] = {
    "shortlist": frozenset({"suggested"}),
    "agree": frozenset({"shortlisted", "one_side_agreed"}),
    "set_up": frozenset({"introduced"}),
    "tick": frozenset({"introduced", "in_setup"}),
    "conclude": frozenset({"in_setup"}),
    "review": frozenset({"concluded"}),
    "decline": frozenset({"suggested", "shortlisted", "one_side_agreed"}),
    "break": frozenset({"introduced", "in_setup", "concluded"}),
    "expire": frozenset({"suggested", "shortlisted", "one_side_agreed"}),
}
"""From which states each move can be made."""


def can(move: str, match: Match) -> bool:
    """Whether a page should offer the move."""
    return match.state in _MOVES[move]


def shortlisted(match: Match, until: date) -> Match:
    """Picked: both sides are to be asked, and answer until that day. Raises Conflict."""
    _require("shortlist", match, "Seule une proposition se retient.")
    return _next(match, state="shortlisted", expires_on=until)


def agreed(match: Match, consent: Consent, until: date) -> Match:
    """A side agrees to be put in touch; with the second, both are introduced. Raises Conflict."""
    _require("agree", match, "Une entreprise donne son accord à un rapprochement retenu.")
    if match.has_agreed(consent.side):
        raise Conflict(f"L’accord de {SIDES[consent.side]} est déjà enregistré.", code="deja-accord")
    consents = (*match.consents, consent)
    both = len(consents) == len(SIDES)
    state: State = "introduced" if both else "one_side_agreed"
    return _next(match, state=state, consents=consents, expires_on=until)


def withdrawn(match: Match, side: Side, reason: str) -> Match:
    """A side takes its agreement back: before both had met nobody learns who it was; after, the match is broken."""
    if not match.has_agreed(side):
        raise Conflict(f"{SIDES[side].capitalize()} n’a pas donné d’accord.", code="pas-d-accord")
    if match.is_revealed:
        return broken(match, reason)
    kept = tuple(each for each in match.consents if each.side != side)
    return _next(match, state="declined", reason=_known(reason), consents=kept)


def set_up(match: Match) -> Match:
    """Its checklist is begun. Raises Conflict."""
    _require("set_up", match, "Le montage commence quand les deux entreprises sont mises en relation.")
    return _next(match, state="in_setup")


def ticked(match: Match, tick: Tick, known: Collection[str]) -> Match:
    """An item of the checklist is seen to; the same again changes nothing. Raises Conflict, Invalid."""
    _require("tick", match, "Ce point se coche pendant le montage.")
    if tick.code not in known:
        raise Invalid("Ce point n’est pas dans la liste de ce rapprochement.", code="point-inconnu")
    if any(each.code == tick.code for each in match.ticks):
        return match
    return _next(match, ticks=(*match.ticks, tick))


def concluded(match: Match, people: int, on: date, missing: Sequence[str]) -> Match:
    """People have moved, or are lent: what the law asks for first is complete. Raises Conflict, Invalid."""
    _require("conclude", match, "Seul un rapprochement en montage se conclut.")
    if missing:
        raise Conflict(f"Il manque encore : {' ; '.join(missing)}.", code="montage-incomplet")
    if people > match.people:
        raise Invalid(f"Ce rapprochement porte sur {match.people} personne(s) au plus.", code="trop-de-personnes")
    return _next(match, state="concluded", people_moved=people, concluded_on=on)


def reviewed(match: Match, outcome: Outcome, people_still: int) -> Match:
    """What became of it, months later. Raises Conflict, Invalid."""
    _require("review", match, "Seul un rapprochement conclu se suit.")
    if people_still > (match.people_moved or 0):
        raise Invalid("Plus de personnes en poste que de personnes parties : vérifiez le nombre.", code="suivi")
    return _next(match, state="reviewed", outcome=outcome, people_still=people_still)


def declined(match: Match, reason: str) -> Match:
    """A side says no before both have met. Raises Conflict, Invalid."""
    _require("decline", match, "Un rapprochement ne se décline qu’avant la mise en relation.")
    return _next(match, state="declined", reason=_known(reason))


def broken(match: Match, reason: str) -> Match:
    """Off, after both had met. Raises Conflict, Invalid."""
    _require("break", match, "Seul un rapprochement en cours se rompt.")
    return _next(match, state="broken", reason=_known(reason))


def is_over(match: Match, today: date) -> bool:
    """Whether nobody has answered in time."""
    return can("expire", match) and today > match.expires_on


def expired(match: Match) -> Match:
    """Nobody has answered: only what `is_over`."""
    _require("expire", match, "Ce rapprochement n’attend plus de réponse.")
    return _next(match, state="expired")


def _require(move: str, match: Match, why: str) -> None:
    if match.state not in _MOVES[move]:
        ended = f"Ce rapprochement est clos ({match.state_label.lower()}). " if match.state in ENDED else ""
        raise Conflict(f"{ended}{why}", code="etat")


def _known(reason: str) -> str:
    if reason not in REASONS:
        raise Invalid("Ce motif n’est pas dans la liste.", code="motif")
    return reason


def _next(match: Match, **changes: Any) -> Match:
    return match.model_copy(update={**changes, "version": match.version + 1})
