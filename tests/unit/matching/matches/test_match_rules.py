"""The life of a match: every move from every state, two agreements before anybody is known, a checklist before an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from services.matching.matches import rules
from services.matching.matches.match import STATES, Consent, Match, Side, State, Tick
from services.matching.matches.telling import told
from shared.errors import Conflict, Invalid

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
UNTIL = date(2026, 12, 27)
TICK = Tick(code="convention", done_on=NOW.date(), member_id="claire")


def consent(side: Side) -> Consent:
    return Consent(side=side, member_id="claire", given_at=NOW, given_by="la direction")


BOTH = (consent("at_risk"), consent("opening"))


def match(state: State = "suggested", *consents: Consent) -> Match:
    return Match(
        id="m1",
        territory_id="belfort",
        version=1,
        state=state,
        job_id="j1",
        opening_id="o1",
        job_structure_id="cci",
        opening_structure_id="opco",
        mode="passerelle",
        people=3,
        score=640,
        passerelle="declared",
        origin_rome="H2909",
        origin_label="Assembleur",
        target_rome="B1604",
        target_label="Horloger",
        run_id="r1",
        suggested_at=NOW,
        expires_on=UNTIL,
        consents=consents,
        people_moved=2 if state in {"concluded", "reviewed"} else None,
    )


MOVES: dict[str, tuple[Callable[[Match], Match], dict[State, State]]] = {
    "shortlist": (lambda one: rules.shortlisted(one, UNTIL), {"suggested": "shortlisted"}),
    "agree": (
        lambda one: rules.agreed(one, consent("at_risk"), UNTIL),
        {"shortlisted": "one_side_agreed", "one_side_agreed": "one_side_agreed"},
    ),
    "set_up": (rules.set_up, {"introduced": "in_setup"}),
    "tick": (
        lambda one: rules.ticked(one, TICK, {"convention"}),
        {"introduced": "introduced", "in_setup": "in_setup"},
    ),
    "conclude": (lambda one: rules.concluded(one, 2, NOW.date(), ()), {"in_setup": "concluded"}),
    "review": (lambda one: rules.reviewed(one, "kept", 2), {"concluded": "reviewed"}),
    "decline": (
        lambda one: rules.declined(one, "too_far"),
        dict.fromkeys(("suggested", "shortlisted", "one_side_agreed"), "declined"),
    ),
    "break": (
        lambda one: rules.broken(one, "wage"),
        dict.fromkeys(("introduced", "in_setup", "concluded"), "broken"),
    ),
    "expire": (rules.expired, dict.fromkeys(("suggested", "shortlisted", "one_side_agreed"), "expired")),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_each_move_from_each_state(move: str, state: State) -> None:
    """It leads where the table says, one version further, and is told; from elsewhere it is refused in words."""
    make, allowed = MOVES[move]
    if state not in allowed:
        with pytest.raises(Conflict):
            make(match(state))
        assert not rules.can(move, match(state))
        return
    made = make(match(state))

    assert (made.state, made.version) == (allowed[state], 2)
    assert rules.can(move, match(state))
    assert told(made).model_dump()["match_id"] == "m1" if move != "tick" else made.ticks


def test_nobody_is_known_before_both_have_agreed() -> None:
    """The second agreement introduces both; a side agrees once."""
    first = rules.agreed(match("shortlisted"), consent("at_risk"), UNTIL)
    second = rules.agreed(first, consent("opening"), UNTIL)
    with pytest.raises(Conflict, match="déjà enregistré"):
        rules.agreed(first, consent("at_risk"), UNTIL)

    assert (first.state, first.is_revealed) == ("one_side_agreed", False)
    assert (second.state, second.is_revealed) == ("introduced", True)


def test_an_agreement_taken_back_in_time_reveals_nobody() -> None:
    """Before the introduction the match is declined, and neither was known; after it, it is broken."""
    early = rules.withdrawn(match("one_side_agreed", consent("at_risk")), "at_risk", "other")
    late = rules.withdrawn(match("introduced", *BOTH), "opening", "wage")
    with pytest.raises(Conflict, match="pas donné d’accord"):
        rules.withdrawn(match("shortlisted"), "opening", "wage")

    assert (early.state, early.is_revealed, early.consents, early.version) == ("declined", False, (), 2)
    assert (late.state, late.is_revealed) == ("broken", True)


def test_nothing_is_concluded_before_the_law_is_satisfied() -> None:
    """What is missing is named; more people than the match holds are refused."""
    with pytest.raises(Conflict, match=r"Il manque encore : la convention ; l’accord du salarié\."):
        rules.concluded(match("in_setup"), 2, NOW.date(), ("la convention", "l’accord du salarié"))
    with pytest.raises(Invalid, match="3 personne"):
        rules.concluded(match("in_setup"), 4, NOW.date(), ())


def test_an_item_is_ticked_once_and_is_of_the_list() -> None:
    """The same tick again changes nothing; a code that the mode does not know is refused."""
    ticked = rules.ticked(match("in_setup"), TICK, {"convention"})
    with pytest.raises(Invalid):
        rules.ticked(match("in_setup"), TICK, {"avenant"})

    assert rules.ticked(ticked, TICK, {"convention"}) is ticked


def test_what_became_of_it_adds_up() -> None:
    """No more people still there than had moved; and a reason is one of those that can be counted."""
    with pytest.raises(Invalid):
        rules.reviewed(match("concluded"), "kept", 3)
    with pytest.raises(Invalid):
        rules.declined(match(), "parce que")


def test_silence_ends_a_match_the_day_after_its_last_day() -> None:
    """Not on the day itself, and never once both have met."""
    assert not rules.is_over(match(), UNTIL)
    assert rules.is_over(match("one_side_agreed"), UNTIL + timedelta(days=1))
    assert not rules.is_over(match("introduced", *BOTH), UNTIL + timedelta(days=400))
