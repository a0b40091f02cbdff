"""Declared passerelles are read from a CSV; every wrong line is told at once."""

from __future__ import annotations

from datetime import date

import pytest

from services.matching.reference.passerelles import COLUMNS, Declared, read_declared
from shared.errors import Invalid

GOOD = "H2909;B1604;Comité;12/01/2026;Horlogerie;420;CQPM;850;01/02/2026;31/01/2028"


def file(*lines: str, header: str = ";".join(COLUMNS)) -> bytes:
    return "\n".join((header, *lines)).encode()


def refused(line: str) -> str:
    """Why a line is not taken."""
    (refusal,) = read_declared(file(line), "p.csv", {"H2909", "B1604"}).refusals
    assert refusal.line == 2
    return refusal.message


def test_a_passerelle_has_its_author_its_training_and_its_dates() -> None:
    """As the file tells them."""
    assert read_declared(file(GOOD), "p.csv").whole() == (
        Declared(
            origin="H2909",
            target="B1604",
            author="Comité",
            declared_on=date(2026, 1, 12),
            training="Horlogerie",
            hours=420,
            certification="CQPM",
            grade=850,
            valid_from=date(2026, 2, 1),
            valid_to=date(2028, 1, 31),
        ),
    )


def test_it_holds_from_its_first_day_to_its_last() -> None:
    """Both included; without a last day it goes on."""
    (one,) = read_declared(file(GOOD), "p.csv").whole()
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2028, 1, 31), date(2028, 2, 1)]
    assert [one.holds_on(on) for on in days] == [False, True, True, False]
    assert one._replace(valid_to=None).holds_on(date(2099, 1, 1))


def test_columns_are_found_without_case_accents_nor_order() -> None:
    """As spreadsheets and people write them; comments and empty lines are passed over."""
    header = "CIBLE,origine,Declaree_le,auteur,formation,heures,certification,note,valable du,valable au"
    lines = ("# exemple", "", "B1604,H2909,2026-01-12,Comité,,,,850,2026-02-01,")
    (one,) = read_declared(b"# un fichier\n" + file(*lines, header=header), "p.csv").whole()
    assert (one.origin, one.hours, one.valid_to) == ("H2909", 0, None)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("H2909", "Z12"), "n’est pas un code du ROME"),
        (("H2909", "H2913"), "n’est pas dans le référentiel"),
        (("H2909", "B1604"), "le même métier"),
        (("Comité", ""), "auteur : à remplir"),
        (("12/01/2026", "30/02/2026"), "n’est pas une date"),
        (("420", "beaucoup"), "n’est pas un nombre entier"),
        (("850", "1001"), "de 0 à 1000"),
        (("Horlogerie", ""), "des heures sans formation"),
        (("31/01/2028", "31/01/2025"), "précède son début"),
        (("Horlogerie", "Horlogerie;suite"), "trop de cases"),
        ((";31/01/2028", ""), "il manque des cases"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(changed: tuple[str, str], told: str) -> None:
    """In French, for who wrote the file."""
    assert told in refused(GOOD.replace(*changed))


def test_all_wrong_lines_are_told_and_nothing_is_taken() -> None:
    """One in ten here: the good ones stand apart, and the whole is refused until all is right."""
    lines = [GOOD.replace("Comité", f"Comité {number}") for number in range(90)]
    lines[10:10] = [GOOD.replace("H2909", "?")] * 10
    read = read_declared(file(*lines), "p.csv")
    assert (len(read.rows), [line for line, _ in read.refusals]) == (90, list(range(12, 22)))
    with pytest.raises(Invalid, match="10 ligne") as caught:
        read.whole()
    assert len(caught.value.fields) == 10


def test_an_author_says_one_thing_of_a_pair_from_a_day_on() -> None:
    """Said again, the second line is refused; from another day, or by another author, it is not."""
    later = GOOD.replace("01/02/2026", "01/03/2026")
    other = GOOD.replace("Comité", "Branche")
    read = read_declared(file(GOOD, later, other, GOOD), "p.csv")
    assert [line for line, _ in read.refusals] == [5]


def test_a_file_without_its_columns_is_refused() -> None:
    """With the names that are missing."""
    with pytest.raises(Invalid, match="colonne absente, note"):
        read_declared(file(header=";".join(column for column in COLUMNS if column != "note")), "p.csv")
    with pytest.raises(Invalid, match="colonne absente"):
        read_declared(b"", "p.csv")


def test_a_quote_that_never_ends_is_refused() -> None:
    """With the line where it was noticed."""
    with pytest.raises(Invalid, match="guillemets"):
        read_declared(file(GOOD, '"H2909;B1604'), "p.csv")
