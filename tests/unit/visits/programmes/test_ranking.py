"""The ranking of the next enterprises: its arithmetic, its order, its reasons."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.visits.programmes.ranking import Situation, rank, reasons_for, table_of_weights
from services.visits.programmes.surroundings import Signal
from services.visits.programmes.target import Claim, Target
from services.visits.register.enterprise import SIZE_BANDS
from shared.settings import VisitSettings
from tests.unit.visits.programmes.world import NOW, TODAY

points = st.integers(0, 100)
weights_of_any_territory = st.builds(
    VisitSettings,
    never_visited_points=points,
    long_ago_points=points,
    long_ago_months=st.integers(1, 120),
    alerted_sector_points=points,
    alerted_sector_days=st.integers(1, 366),
    size_points=points,
    nearby_points=points,
)
some_days = st.none() | st.dates(TODAY - timedelta(days=4000), TODAY + timedelta(days=3))


def target(number: int = 1, **changes: object) -> Target:
    """A free target; `changes` replace its attributes."""
    known = {
        "programme_id": "p",
        "enterprise_id": f"{number:014}",
        "territory_id": "belfort",
        "structure_id": "cci",
        "version": 1,
        "name": f"Atelier {number}",
        "commune": "Belfort",
        "insee": "90010",
        "naf": "29.32Z",
    }
    return Target.model_validate(known | changes)


@st.composite
def any_target(draw: st.DrawFn) -> Target:
    """A target in any state, of any size, sector and place."""
    until = NOW + timedelta(days=draw(st.integers(-3, 3)))
    claim = Claim(member_id="m", member_name="M", structure_id="cci", structure_name="CCI", claimed_at=NOW, until=until)
    return target(
        draw(st.integers(1, 10**6)),
        name=draw(st.sampled_from(["Émile", "emile", "Atelier", "Zinc", "2 Rives"])),
        state=draw(st.sampled_from(["pending", "claimed", "visited", "withdrawn"])),
        claim=claim,
        naf=draw(st.sampled_from(["29.32Z", "10.71C", None])),
        insee=draw(st.sampled_from(["90010", "25388", None])),
        size_band=draw(st.sampled_from([*SIZE_BANDS, "??"])),
        last_visited_on=draw(some_days),
    )


any_situation = st.builds(
    Situation,
    today=st.just(TODAY),
    signals=st.dictionaries(
        st.sampled_from(["29", "10"]), st.builds(Signal, last_alert_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    ),
    places=st.frozensets(st.sampled_from(["90010", "belfort", "25388"])),
)


@given(any_target(), any_situation, weights_of_any_territory)
def test_the_reasons_add_up_to_the_score(one: Target, situation: Situation, weights: VisitSettings) -> None:
    """What is shown is the whole computation: whole points, each within its weight, none that weighs nothing."""
    reasons = reasons_for(one, situation, weights)
    ranked = rank([one.model_copy(update={"state": "pending"})], situation, weights, NOW)

    assert ranked[0].score == sum(reason.points for reason in reasons)
    assert all(isinstance(reason.points, int) and 0 < reason.points <= reason.most for reason in reasons)
    assert ranked[0].score <= sum(most for _, most, _ in table_of_weights(weights))


@given(st.lists(any_target(), max_size=12, unique_by=lambda one: one.enterprise_id), st.data())
def test_the_order_does_not_depend_on_the_reading(targets: list[Target], data: st.DataObject) -> None:
    """The same targets in any order make the same list: by points, then name, then id."""
    situation, weights = data.draw(any_situation), data.draw(weights_of_any_territory)
    shuffled = data.draw(st.permutations(targets))
    ranked = rank(targets, situation, weights, NOW)

    assert ranked == rank(shuffled, situation, weights, NOW)
    assert [each.rank for each in ranked] == list(range(1, len(ranked) + 1))
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)


@given(st.lists(any_target(), max_size=12))
def test_only_free_targets_are_proposed(targets: list[Target]) -> None:
    """What is visited, withdrawn or held is not proposed; what has lapsed is, by the clock alone."""
    ranked = rank(targets, Situation(TODAY), VisitSettings(), NOW)

    free = [one for one in targets if one.state == "pending" or (one.state == "claimed" and one.claim_at(NOW) is None)]
    assert sorted(each.target.enterprise_id for each in ranked) == sorted(one.enterprise_id for one in free)


@given(st.dates(TODAY - timedelta(days=3000), TODAY), st.dates(TODAY - timedelta(days=3000), TODAY))
def test_the_longer_ago_the_more_points(one: date, other: date) -> None:
    """An earlier last visit never weighs less than a later one."""
    older, newer = sorted([one, other])
    scores = [
        rank([target(last_visited_on=day)], Situation(TODAY), VisitSettings(), NOW)[0].score for day in (older, newer)
    ]

    assert scores[0] >= scores[1]


def test_each_reason_says_why_and_how_much() -> None:
    """Never visited, an alerted sector, 200 employees, a visit today in the same commune: everything."""
    situation = Situation(TODAY, {"29": Signal(last_alert_on=date(2026, 11, 12))}, frozenset({"belfort"}))
    ranked = rank([target(size_band="31")], situation, VisitSettings(), NOW)[0]

    assert ranked.score == 100
    assert [(reason.code, reason.points) for reason in ranked.reasons] == [
        ("never_visited", 40),
        ("alerted_sector", 25),
        ("size", 20),
        ("nearby", 15),
    ]
    assert "jeudi 12" in ranked.reasons[1].text


def test_an_old_alert_is_no_reason() -> None:
    """A sector stops being alerted after the territory's days."""
    signals = {"29": Signal(last_alert_on=TODAY - timedelta(days=91))}
    codes = [reason.code for reason in reasons_for(target(), Situation(TODAY, signals), VisitSettings())]

    assert codes == ["never_visited"]


def test_a_year_without_visit_brings_half_of_two() -> None:
    """Points grow month by month until the territory's number of months."""
    reasons = reasons_for(target(last_visited_on=date(2025, 11, 27)), Situation(TODAY), VisitSettings())

    assert [(reason.text, reason.points) for reason in reasons] == [("Dernière visite il y a 12 mois", 15)]
