"""What each kind of cell may hold, what is certain enough to be repaired, and what is refused."""

from __future__ import annotations

import random

import pytest

from services.visits.importing import cells
from services.visits.importing.cells import Reader, Repaired, Value, Wrong
from services.visits.importing.numbers import is_siren, is_siret
from tests.unit.visits.importing.workshop import SIRETS


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cells.read_siret, "732 829 320 00074", SIRETS[0]),
        (cells.read_siret, "732\u00a0829\u202f320 00074", SIRETS[0]),
        (cells.read_siret, "732.829.320.00074", SIRETS[0]),
        (cells.read_insee, "2a004", "2A004"),
        (cells.read_postcode, "90 000", "90000"),
        (cells.read_naf, "2932z", "29.32Z"),
        (cells.read_any_naf, "51.1T", "51.1T"),
        (cells.read_nomenclature, "NAFRev2", "NAFRev2"),
        (cells.read_band, "NN", "NN"),
        (cells.read_band, "10 à 19 Salariés", "11"),
        (cells.read_headcount, "0", "00"),
        (cells.read_headcount, "12", "11"),
        (cells.read_headcount, "1 250", "42"),
        (cells.read_headcount, "20000", "53"),
        (cells.read_year, "2023", 2023),
        (cells.read_date, "27/11/2026", "2026-11-27"),
        (cells.read_date, "2026-11-27T00:00:00", "2026-11-27"),
        (cells.read_text, "  Café\u00a0 de\tla Gare ", "Café de la Gare"),
        (cells.read_text, "Cafe\u0301\u200b", "Café"),
        (cells.read_state, "Fermé", "closed"),
        (cells.read_flag, "OUI", True),
        (cells.read_diffusion, "P", False),
    ],
)
def test_a_cell_is_read_as_people_write_it(read: Reader, text: str, value: Value) -> None:
    """Spaces, case and accents are no reason to refuse."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (cells.read_siret, "7.3E+13", "transformé en nombre"),
        (cells.read_siret, "7,32829E+13", "transformé en nombre"),
        (cells.read_siret, "73282932000074.0", "transformé en nombre"),
        (cells.read_siret, "73282932000074,00", "transformé en nombre"),
        (cells.read_siret, "732829320", "SIREN"),
        (cells.read_siret, "73282932000075", "clé de contrôle"),
        (cells.read_siret, "en cours", "que des chiffres"),
        (cells.read_siret, "542002100031", "14 chiffres, celui-ci en a 12"),
        (cells.read_insee, "900100", "cinq caractères"),
        (cells.read_insee, "0101", "cinq caractères"),
        (cells.read_postcode, "CH-2900", "cinq chiffres"),
        (cells.read_naf, "29.32", "une lettre"),
        (cells.read_any_naf, "=cmd|x", "illisible"),
        (cells.read_nomenclature, "NACE", "inconnue"),
        (cells.read_band, "beaucoup", "inconnue"),
        (cells.read_headcount, "douze", "nombre entier"),
        (cells.read_year, "23", "quatre chiffres"),
        (cells.read_date, "31/02/2026", "illisible"),
        (cells.read_text, "A" * 121, "plus de 120"),
        (cells.read_state, "X", "inconnue"),
        (cells.read_flag, "peut-être", "inconnue"),
    ],
)
def test_a_wrong_cell_tells_its_rule_and_a_remedy(read: Reader, text: str, words: str) -> None:
    """The person must know what to do with the cell, not only that it is wrong."""
    with pytest.raises(Wrong) as refused:
        read(text)

    assert words in refused.value.rule
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cells.read_siret, "5420021000031", "05420021000031"),
        (cells.read_insee, "1004", "01004"),
        (cells.read_postcode, "1500", "01500"),
        (cells.read_band, "1", "01"),
    ],
)
def test_a_lost_zero_is_put_back_and_told(read: Reader, text: str, value: str) -> None:
    """Where only one reading is possible, a spreadsheet's damage is undone."""
    if read is cells.read_siret and not is_siret(value):
        value = _with_key(value)
        text = value[1:]
    with pytest.raises(Repaired) as repaired:
        read(text)

    assert repaired.value.value == value


def test_thirteen_digits_that_may_be_something_else_are_refused() -> None:
    """A SIREN glued to a NIC without its zero has thirteen digits too: the number must not read both ways."""
    drawn = random.Random(5)  # noqa: S311 - drawn to be the same each time
    both = (f"{drawn.randrange(10**12, 10**13)}" for _ in range(200_000))
    ambiguous = next(text for text in both if is_siret("0" + text) and is_siren(text[:9]))

    assert not cells.lost_its_zero(ambiguous)
    with pytest.raises(Wrong, match="13"):
        cells.read_siret(ambiguous)


def test_a_siret_that_lost_two_zeros_is_never_guessed() -> None:
    """Each missing zero makes a chance hit ten times more likely."""
    with pytest.raises(Wrong, match="en a 12"):
        cells.read_siret(SIRETS[1][2:])


def _with_key(text: str) -> str:
    """The nearest SIRET that begins with the same zero."""
    siren = next(f"{text[:8]}{key}" for key in range(10) if is_siren(f"{text[:8]}{key}"))
    return next(f"{siren}0003{key}" for key in range(10) if is_siret(f"{siren}0003{key}"))
