"""Which rows of a file are kept, which are left out, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from services.visits.importing.layouts import layout_of
from services.visits.importing.reading import Note, Reading
from tests.unit.visits.importing.workshop import SIRETS, official


class Look:
    """One reading of some rows."""

    def __init__(self, rows: Sequence[Sequence[str]], *communes: str) -> None:
        self.notes: list[Note] = []
        self.reading = Reading(layout_of(rows[0]), frozenset(communes), self.notes.append)
        self.kept = [self._named(values) for values in self.reading.accepted(list(map(list, rows[1:])))]
        self.tally = self.reading.tally

    def _named(self, values: Sequence[object]) -> dict[str, object]:
        return dict(zip(("line", *self.reading.layout.fields), values, strict=True))


def rows_of(*rows: Mapping[str, str]) -> list[list[str]]:
    """Official rows under their header."""
    return [list(rows[0]), *([*row.values()] for row in rows)]


def test_blank_rows_are_skipped_and_counted() -> None:
    """They keep their number, so that the lines that are told are those of the spreadsheet."""
    look = Look([["Nom", "Commune"], ["", " "], [], ["Forge", "Belfort"]])

    assert (look.tally.blank, look.tally.accepted, look.kept[0]["line"]) == (2, 1, 4)


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    """One try per fault would be one upload per fault."""
    look = Look([["Nom", "Commune", "SIRET", "NAF"], ["", "Belfort", "123", "x"]])

    assert [(note.line, note.column) for note in look.notes] == [(2, "SIRET"), (2, "Nom"), (2, "NAF")]
    assert (look.tally.rejected, look.tally.accepted) == (1, 0)


def test_a_siret_that_stands_twice_is_kept_once() -> None:
    """The second line is refused and says where the first one is."""
    look = Look(rows_of(official(), official(siret="732 829 320 00074")))

    assert [(note.line, note.rule) for note in look.notes] == [(3, "déjà à la ligne 2")]
    assert len(look.kept) == 1


def test_rows_without_siret_are_each_an_enterprise() -> None:
    """Two namesakes stay two; only the structure's own key tells that a line is another's."""
    header = ["Nom", "Commune", "Référence"]
    look = Look([header, ["Forge", "Belfort", ""], ["Forge", "Belfort", ""], ["A", "B", "7"], ["C", "D", "7"]])

    assert len(look.kept) == 3
    assert (look.tally.without_siret, look.tally.referenced) == (3, 1)
    assert [(note.line, note.column, note.rule) for note in look.notes] == [(5, "Référence", "déjà à la ligne 4")]


def test_a_reference_and_a_siret_never_meet() -> None:
    """The structure's key may look like somebody's SIRET."""
    look = Look([["Nom", "Commune", "SIRET", "Référence"], ["A", "B", SIRETS[0], ""], ["C", "D", "", SIRETS[0]]])

    assert len(look.kept) == 2


def test_other_territories_are_left_out_and_counted() -> None:
    """Even where their rows are wrong: these are not this territory's to correct."""
    wrong = official(siret="123", codeCommuneEtablissement="75056")
    look = Look(rows_of(official(), official(siret=SIRETS[1], codeCommuneEtablissement="67482"), wrong), "25388")

    assert (look.tally.accepted, look.tally.outside, look.notes) == (1, 2, [])


def test_a_territory_without_a_list_of_communes_takes_all() -> None:
    """Nothing says what is outside."""
    assert Look(rows_of(official(codeCommuneEtablissement="75056"))).tally.accepted == 1


def test_the_territory_of_a_file_of_its_own_is_not_questioned() -> None:
    """Its authors know why a neighbour is in it."""
    look = Look([["Nom", "Commune", "INSEE"], ["Forge", "Bâle", ""], ["Scierie", "Paris", "75056"]], "25388")

    assert look.tally.accepted == 2


def test_repairs_are_told_with_the_value_that_is_kept() -> None:
    """Somebody must be able to disagree."""
    look = Look([["Nom", "Commune", "INSEE", "CP"], ["Forge", "Ambérieu", "1004", "1500"]])

    assert [(note.kind, note.column, note.value, note.remedy) for note in look.notes] == [
        ("repair", "CP", "1500", "01500"),
        ("repair", "INSEE", "1004", "01004"),
    ]
    assert (look.kept[0]["insee"], look.kept[0]["postcode"], look.tally.repaired) == ("01004", "01500", 2)


@pytest.mark.parametrize(("insee", "communes"), [("90033", ()), ("", ("90033", "25388"))])
def test_a_postcode_that_may_be_swiss_is_not_repaired(insee: str, communes: tuple[str, ...]) -> None:
    """Four digits are a whole postcode beyond the border: with its zero it must be of a department that is expected."""
    look = Look([["Nom", "Commune", "INSEE", "CP"], ["Forge", "Delle", insee, "2900"]], *communes)

    assert [(note.kind, note.column) for note in look.notes] == [("error", "CP")]
    assert "département attendu" in look.notes[0].rule


def test_a_row_that_is_refused_tells_no_repair() -> None:
    """What is left out was not repaired."""
    look = Look([["Nom", "Commune", "INSEE"], ["", "Ambérieu", "1004"]])

    assert [note.kind for note in look.notes] == ["error"]
    assert look.tally.repaired == 0


def test_a_separator_inside_a_cell_is_seen() -> None:
    """All cells after it would be in the wrong column."""
    look = Look([["Nom", "Commune"], ["Forge", " Étang", "Belfort"], ["Forge"], ["Scierie", "Belfort", ""]])

    assert [(note.line, note.rule) for note in look.notes] == [
        (2, "plus de cellules que de colonnes"),
        (3, "cellule vide"),
    ]
    assert [row["line"] for row in look.kept] == [4]


def test_what_sirene_keeps_secret_is_nothing() -> None:
    """`[ND]` is no value: it is neither read nor refused."""
    secret = dict.fromkeys(("enseigne1Etablissement", "codePostalEtablissement", "libelleVoieEtablissement"), "[ND]")
    look = Look(rows_of(official(statutDiffusionEtablissement="P", **secret)))

    assert (look.kept[0]["diffusible"], look.kept[0]["postcode"], look.notes) == (False, None, [])
