"""When all is well: who is told what, and within which time; nothing else leaves."""

from __future__ import annotations

from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.playing import Play, undisturbed
from tests.simulation.scenarios import closed_errand, missed

COORDINATION, AGENCY, PARTNER = "coordination@md3e.example", "agence@ft.example", "p-00000@partenaire.example"
PHONE = "+33612345678"


def _told(play: Play) -> list[tuple[str, int]]:
    return [(one.to, one.at) for one in play.world.history.accepted]


def _within(told: list[tuple[str, int]], expected: list[tuple[str, int]], seconds: int) -> bool:
    """The same people in the same order, each so soon after its time."""
    return [to for to, _ in told] == [to for to, _ in expected] and all(
        at <= when < at + seconds * SECOND for (_, when), (_, at) in zip(told, expected, strict=True)
    )


def test_a_chain_tells_everybody_within_seconds() -> None:
    """Raised, transmitted, returned and diffused at once, withdrawn: each step has its messages, and no other leaves."""
    play, _ = undisturbed(closed_errand("email"))
    raised = [(COORDINATION, 0)]
    sent = [(AGENCY, 3 * MINUTE)]
    diffused = sorted([(COORDINATION, 6 * MINUTE), (PARTNER, 6 * MINUTE)])
    ended = sorted([(AGENCY, 20 * MINUTE), (PARTNER, 20 * MINUTE)])
    told = _told(play)
    parts = [told[:1], told[1:2], sorted(told[2:4]), sorted(told[4:])]
    plans = [raised, sent, diffused, ended]
    assert all(_within(part, plan, 15) for part, plan in zip(parts, plans, strict=True))


def test_an_alert_that_nobody_touches_is_recalled_at_its_hours() -> None:
    """From a Tuesday at ten: those of 36 and 44 hours would ring in the night, and leave together before it."""
    play, _ = undisturbed(missed())
    hours = [round(at / HOUR, 1) for to, at in _told(play) if to == PHONE]
    assert hours == [0, 2, 4, 24, 35, 48]
