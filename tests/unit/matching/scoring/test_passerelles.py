"""Passerelles: each pair has one kind, and what goes with it."""

from __future__ import annotations

from datetime import date

import pytest

from services.matching.reference.dispositifs.dispositif import shipped_dispositifs
from services.matching.scoring.contracts import CODES, Contract
from services.matching.scoring.passerelles import EVERY_KIND, Kind, passerelle_table
from services.matching.scoring.terms import Terms, days, terms_under
from shared.errors import Invalid
from tests.unit.matching.scoring.small_territory import ON, blank, declared, rules, tables

REFERENCE = blank(
    official_rank=[(0, 1, 1), (0, 2, 5), (0, 3, 40), (4, 5, 2)], inferred=[(0, 1, 990), (0, 6, 1000), (0, 7, 985)]
)


def test_each_kind_has_its_points() -> None:
    """The same métier 1,000; official by rank; inferred by percentile, below the first official ones."""
    table = passerelle_table(REFERENCE, (), ON)
    told = [(Kind(table.kind[0, target]), int(table.points[0, target])) for target in (0, 1, 2, 3, 6, 7, 8)]
    assert told == [
        (Kind.SAME, 1000),
        (Kind.OFFICIAL, 900),
        (Kind.OFFICIAL, 800),
        (Kind.OFFICIAL, 400),
        (Kind.INFERRED, 600),
        (Kind.INFERRED, 591),
        (Kind.NONE, 0),
    ]


def test_the_way_back_is_not_a_passerelle() -> None:
    """The official table holds in one direction."""
    table = passerelle_table(REFERENCE, (), ON)
    assert (table.kind[4, 5], table.kind[5, 4]) == (Kind.OFFICIAL, Kind.NONE)


def test_kinds_never_mix() -> None:
    """A declared pair has the grade, the hours and the entry of its declaration, whatever else leads there."""
    one = declared(REFERENCE, 0, 1, grade=650, hours=420)
    table = passerelle_table(REFERENCE, [one], ON)
    assert (table.kind[0, 1], table.points[0, 1], table.hours[0, 1]) == (Kind.DECLARED, 650, 420)
    assert table.declared[table.entry[0, 1] - 1] == one
    assert (table.hours[0, 2], table.entry[0, 2], table.hours[0, 0]) == (-1, 0, 0)


def test_a_kind_not_admitted_leaves_the_pair_to_the_others() -> None:
    """Without declared passerelles the official one of the same pair holds; without any kind, nothing does."""
    one = declared(REFERENCE, 0, 1)
    table = passerelle_table(REFERENCE, [one], ON, EVERY_KIND - {Kind.DECLARED})
    assert (table.kind[0, 1], table.points[0, 1], table.declared) == (Kind.OFFICIAL, 900, ())
    assert not passerelle_table(REFERENCE, [one], ON, frozenset()).kind.any()


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_a_declaration_holds_between_its_days(on: date, *, holds: bool) -> None:
    """Both days included."""
    one = declared(REFERENCE, 8, 9, valid_to=date(2026, 6, 30))
    assert bool(passerelle_table(REFERENCE, [one], on).kind[8, 9]) is holds


def test_the_best_of_several_declarations_holds_in_any_order() -> None:
    """The higher grade, then the shorter training."""
    several = [
        declared(REFERENCE, 8, 9, grade=grade, hours=hours) for grade, hours in ((700, 100), (800, 300), (800, 200))
    ]
    for order in (several, several[::-1]):
        table = passerelle_table(REFERENCE, order, ON)
        assert (table.points[8, 9], table.hours[8, 9]) == (800, 200)


def test_a_declaration_between_unknown_metiers_is_left_out() -> None:
    """A territory's file may be older than the reference."""
    one = declared(REFERENCE, 8, 9)._replace(target="Z9999")
    assert passerelle_table(REFERENCE, [one], ON).declared == ()


def test_hours_that_nobody_named_follow_the_missing_skills() -> None:
    """450 hours for who holds nothing, none for the same métier, those of the training where there is one."""
    reference = blank(official_rank=[(0, 1, 1), (0, 2, 1)], coverage=[(0, 1, 400), (0, 3, 400)])
    made = rules(reference, declared(reference, 0, 3, hours=120))
    count = len(reference.occupations)
    assert made.hours.reshape(count, count)[0, :5].tolist() == [0, 270, 450, 120, 0]


def test_training_takes_days_of_the_calendar() -> None:
    """35 hours a week: 36 hours need an eighth day of 5 hours' progress, rounded up."""
    reference = tables()
    made = rules(reference, declared(reference, 0, 1, hours=36), declared(reference, 0, 2, hours=35))
    assert made.days[1:3].tolist() == [8, 7]


def test_a_dispositif_gives_its_terms() -> None:
    """Hours and contracts come from the decision table of the day, and every code of a contract is known."""
    found = {one.code: one for one in shipped_dispositifs() if one.valid_on(ON)}
    table = passerelle_table(REFERENCE, (), ON)
    made = terms_under(found["reconversion-externe"], table, ON)
    assert (made.least_hours, made.most_hours, made.today) == (150, 2100, days(ON))
    assert made.contracts == {Contract.PERMANENT, Contract.FIXED_TERM}
    assert {code for one in found.values() for code in one.contracts} <= CODES.keys()


def test_a_dispositif_of_the_past_gives_none() -> None:
    """Transco ended in 2026."""
    (one,) = [one for one in shipped_dispositifs() if one.code == "transco" and not one.valid_on(ON)][:1]
    with pytest.raises(Invalid):
        terms_under(one, passerelle_table(REFERENCE, (), ON), ON)


def test_terms_that_contradict_each_other_are_refused() -> None:
    """No division by zero later on."""
    with pytest.raises(Invalid):
        Terms(passerelle_table(REFERENCE, (), ON), 0, plateau_days=200)
