"""Explanations say what the points are made of, in French, and add up; refusals are counted, with what would change them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from services.matching.explaining import proposal
from services.matching.explaining.facts import Facts, facts_of
from services.matching.explaining.skills import Held, held_of
from services.matching.explaining.unmatched import Unmatched, told, unmatched
from services.matching.reference import shipped
from services.matching.reference.coverage import CORE
from services.matching.reference.passerelles import Declared
from services.matching.reference.tables import tables_of
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.constraints import Refusal
from services.matching.scoring.passerelles import Kind, passerelle_table
from services.matching.scoring.rules import rules_of
from services.matching.scoring.scoring import score_run
from services.matching.scoring.sides import Run, run_of
from services.matching.scoring.terms import Terms, days
from services.matching.scoring.weights import DEFAULT

TODAY = date(2026, 11, 27)
TABLES = tables_of(shipped.demonstration())
WATCHES = Declared(
    origin="H2909",
    target="B1604",
    author="l’UIMM de Franche-Comté",
    declared_on=date(2026, 1, 12),
    training="Bases de l’horlogerie",
    hours=420,
    certification="CQPM opérateur en horlogerie",
    grade=850,
    valid_from=date(2026, 1, 1),
    valid_to=None,
)
NEAR, FAR = (47_500_000, 6_800_000), (47_500_000, 7_200_000)
"""Invented places, 30 km apart as the crow flies."""


def occupation(code: str) -> int:
    found = TABLES.occupations.find(code)
    assert found is not None
    return found


def source(code: str, **said: Any) -> dict[str, Any]:
    place = {"latitude": NEAR[0], "longitude": NEAR[1]}
    return (
        {"ids": "s", "occupation": occupation(code), "headcount": 4, "consented": True, "enterprise": 1} | place | said
    )


def opening(name: str, code: str, place: tuple[int, int] = NEAR, **said: Any) -> dict[str, Any]:
    where = {"latitude": place[0], "longitude": place[1]}
    return {"ids": name, "occupation": occupation(code), "places": 2, "enterprise": 9} | where | said


def run(one: dict[str, Any], *openings: dict[str, Any]) -> Run:
    terms = Terms(passerelle_table(TABLES, [WATCHES], TODAY), days(TODAY))
    return run_of(Sources.from_rows([one]), Openings.from_rows(openings), rules_of(TABLES, DEFAULT, terms))


@cache
def watchmaker() -> tuple[Facts, Held]:
    """An assembler whose post ends in March, and a watchmaker's post from July on."""
    here = source("H2909", ends_on=days(date(2027, 3, 31)), contract=1, wage=210_000)
    there = opening("o", "B1604", FAR, starts_on=days(date(2027, 7, 1)), contract=1, wage=200_000)
    held = held_of(TABLES.skills, occupation("H2909"), occupation("B1604"))
    return facts_of(run(here, there), 0, 0), held


def test_the_points_told_add_up_to_the_score() -> None:
    """Of every pair: what a committee adds up by hand is what the run computed."""
    here = source("H2909", ends_on=days(date(2027, 3, 31)), wage=180_000)
    there = [opening(f"o{at}", code, wage=190_000) for at, code in enumerate(TABLES.occupations.codes[:40].tolist())]
    made = run(here, *there)
    edges = score_run(made).edges

    assert len(edges)
    for at, score in zip(edges.opening.tolist(), edges.score.tolist(), strict=True):
        rows = proposal.table(facts_of(made, 0, at))
        assert sum(points for _, points, _ in rows) == score
        assert sum(most for _, _, most in rows) == 1000


def test_a_declared_passerelle_is_told_whole() -> None:
    """Who declared it and when, the training and what it ends with, kilometres, dates, and what is held and missing."""
    assert proposal.sentences(*watchmaker()) == [
        "Passerelle (255 sur 300) : passerelle déclarée par l’UIMM de Franche-Comté le lundi "
        "12\N{NO-BREAK SPACE}janvier 2026.",
        "Compétences (21 sur 200) : acquis : « Assembler des sous-ensembles mécaniques d’après un plan "
        "» et « Contrôler une pièce au pied à coulisse et au micromètre » ; 7 à acquérir, dont « "
        "Démonter et remonter un mouvement de montre », « Mesurer la marche et l’étanchéité d’une "
        "montre », « Nettoyer et huiler un mécanisme de précision », « Assembler sous binoculaire des "
        "pièces minuscules » et « Régler un jeu de pièces au centième de millimètre ».",
        "Formation (80 sur 100) : Bases de l’horlogerie, 420 heures, CQPM opérateur en horlogerie.",
        "Distance (52 sur 150) : 39,1 km par la route, estimés.",
        "Calendrier (59 sur 100) : fin le mercredi 31\N{NO-BREAK SPACE}mars 2027, embauche le jeudi "
        "1er\N{NO-BREAK SPACE}juillet 2027, 92\N{NO-BREAK SPACE}jours d’attente.",
        "Contrat (50 sur 50) : au moins équivalent.",
        "Salaire (81 sur 100) : moins favorable.",
    ]


def test_what_nobody_said_is_said_to_be_unknown() -> None:
    """It counts half, and the reader is told so."""
    found = facts_of(run(source("H2909"), opening("o", "B1604")), 0, 0)
    said = proposal.sentences(found, watchmaker()[1])

    assert said[4:] == [
        "Calendrier (50 sur 100) : non renseigné : compté pour moitié, ni pour ni contre.",
        "Contrat (25 sur 50) : non renseigné : compté pour moitié, ni pour ni contre.",
        "Salaire (50 sur 100) : non renseigné : compté pour moitié, ni pour ni contre.",
    ]


def test_each_kind_of_passerelle_is_named_as_what_it_is() -> None:
    """The same métier, an official rank, an inferred percentile: nobody takes one for another."""
    same = facts_of(run(source("H2909"), opening("o", "H2909")), 0, 0)
    official = next(
        facts_of(run(source("H2909"), opening("o", code)), 0, 0)
        for code in TABLES.occupations.codes.tolist()
        if TABLES.official_rank[occupation("H2909"), occupation(code)] == 1
    )
    inferred = Facts(same.components, Kind.INFERRED, 0, 97, None, 0, True, None, None, None, None)

    assert proposal.passerelle(same) == "même métier"
    assert proposal.passerelle(official) == "passerelle officielle du ROME, au rang 1 de ce métier"
    assert "inférée" in proposal.passerelle(inferred)
    assert "97e centile" in proposal.passerelle(inferred)


def test_the_items_told_weigh_what_the_coverage_counts() -> None:
    """Held whole, near by half: their share is the table's, to its rounding."""
    for code in ("B1604", "J1501", "K2110"):
        target = occupation(code)
        held = held_of(TABLES.skills, occupation("H2909"), target)
        whole = sum(item.weight for part in (held.held, held.near, held.missing) for item in part)
        got = sum(2 * item.weight for item in held.held) + sum(item.weight for item in held.near)
        covered = int(TABLES.coverage[occupation("H2909"), target])
        assert abs(got * 1000 - covered * 2 * whole) <= whole
    assert CORE == 2


def test_a_row_that_found_nothing_learns_why_and_what_would_help() -> None:
    """Each opening under the first thing in its way; and the radius that would reach one, in steps of five kilometres."""
    made = run(
        source("H2909", radius_m=30_000, ends_on=days(date(2027, 3, 31))),
        opening("far", "B1604", FAR),
        opening("same", "B1604", enterprise=1),
        opening("late", "B1604", starts_on=days(date(2028, 6, 1))),
        opening("other", "J1501"),
    )
    found = unmatched(made, 0)

    assert found.counts == {
        Refusal.ENTERPRISE: 1,
        Refusal.PASSERELLE: 1,
        Refusal.DISTANCE: 1,
        Refusal.DATES: 1,
    }
    assert told(found) == (
        "4\N{NO-BREAK SPACE}emplois à pourvoir examinés : 1 de la même entreprise, 1 sans passerelle, 1 trop loin, "
        "1 à des dates incompatibles."
    )
    assert found.unlock == "En acceptant 40 km au lieu de 30, 1\N{NO-BREAK SPACE}emploi de plus."


@pytest.mark.parametrize(
    ("openings", "unlock"),
    [
        (
            [opening("late", "B1604", starts_on=days(date(2028, 6, 1)))],
            "En rapprochant les dates de 248\N{NO-BREAK SPACE}jours, un emploi de plus.",
        ),
        ([opening("other", "J1501")], None),
        ([], None),
    ],
)
def test_the_smallest_change_is_one_that_suffices(openings: list[dict[str, Any]], unlock: str | None) -> None:
    """Dates where only they stand in the way; nothing where no single change would do, or nothing is declared."""
    found = unmatched(run(source("H2909", ends_on=days(date(2027, 3, 31))), *openings), 0)

    assert found.unlock == unlock


def test_nothing_declared_is_said_in_words() -> None:
    """Rather than a list of noughts."""
    assert told(Unmatched({}, None)) == "Aucun emploi à pourvoir n’est déclaré."
