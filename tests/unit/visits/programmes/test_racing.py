"""Any number of capteurs at once, from any programmes: one holds the enterprise, all the others are told who."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from services.visits.programmes.claiming import claim_target, release_target
from services.visits.programmes.programme import Programme
from services.visits.programmes.target_rules import Taken
from shared.errors import Conflict, Forbidden
from shared.tables import MemoryTable, Write
from tests.unit.visits.programmes.world import HERE, PEOPLE, SIRETS, World, enterprise

ONE = SIRETS[0]
VISITORS = ("claire", "karim", "marie", "oscar", "carole")


class CrowdedTable(MemoryTable):
    """A table where, before each write, the next of those who wait does all that they came for."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def write(self, *writes: Write) -> None:
        if self.waiting:
            self.waiting.pop()()
        super().write(*writes)


class Race:
    """One enterprise, sought by two structures."""

    def __init__(self) -> None:
        self.table = CrowdedTable()
        self.world = World(visits=self.table)
        self.world.keep(enterprise(ONE))
        self.programmes = {"cci": self.world.active(), "opco": self.world.active("oscar")}
        self.won: list[str] = []
        self.refused = 0
        self.told: dict[str, str] = {}

    def programme_of(self, who: str) -> Programme:
        """Their structure's; the coordination's choice is the first."""
        return self.programmes.get(PEOPLE[who][1], self.programmes["cci"])

    def claim(self, who: str) -> None:
        """Claims, and notes what came of it."""
        try:
            claim_target(self.world.asked(who, self.programme_of(who), ONE), self.world.desk)
        except Taken as taken:
            self.told[who] = taken.claim.member_id
        else:
            self.won.append(who)

    def release(self, who: str) -> None:
        """Gives up what they may hold."""
        try:
            release_target(self.world.asked(who, self.programme_of(who), ONE), self.world.desk)
        except (Conflict, Forbidden):
            self.refused += 1

    def holders(self) -> set[str]:
        """Who holds the enterprise, as it is kept."""
        now = self.world.clock.now()
        claims = (target.claim_at(now) for target in self.world.desk.store.rivals(HERE, ONE))
        return {claim.member_id for claim in claims if claim}


@given(st.permutations(VISITORS), st.integers(2, 4))
def test_one_wins_and_the_others_are_told_who(order: list[str], number: int) -> None:
    """Each has read a free enterprise before the next one writes."""
    race = Race()
    first, *others = order[:number]
    race.table.waiting = [lambda who=who: race.claim(who) for who in others]  # type: ignore[misc]
    race.claim(first)

    assert len(race.won) == 1
    assert race.holders() == set(race.won)
    assert race.told == dict.fromkeys(set(order[:number]) - set(race.won), race.won[0])
    assert race.world.facts().count("TargetClaimed") == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["claim", "release"]), st.sampled_from(["claire", "karim", "oscar"])), max_size=8
    )
)
def test_whatever_happens_at_most_one_holds(acts: list[tuple[str, str]]) -> None:
    """Claims and releases that cut across one another: each that was accepted was told once, and none is lost."""
    race = Race()
    race.table.waiting = [lambda act=act, who=who: getattr(race, act)(who) for act, who in acts[1:]]  # type: ignore[misc]
    if acts:
        getattr(race, acts[0][0])(acts[0][1])
    while race.table.waiting:
        race.table.waiting.pop()()

    assert len(race.holders()) <= 1
    assert race.holders() <= set(race.won)
    facts = race.world.facts()
    assert facts.count("TargetClaimed") == len(race.won)
    assert facts.count("TargetReleased") == sum(act == "release" for act, _ in acts) - race.refused
