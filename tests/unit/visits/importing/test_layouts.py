"""The columns of a file, found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.visits.importing.cells import folded
from services.visits.importing.layouts import OWN, SIRENE, Column, layout_of
from shared.errors import Invalid
from tests.unit.visits.importing.workshop import OFFICIAL


def test_the_official_file_is_recognised_whatever_else_it_holds() -> None:
    """Columns in any order, unknown ones ignored: INSEE adds some."""
    layout = layout_of(["colonneDeDemain", *reversed(OFFICIAL)])

    assert layout.kind == "sirene"
    assert "colonneDeDemain" in layout.ignored
    assert layout.title(layout.fields.index("siret")) == "siret"


@pytest.mark.parametrize("column", [column.names[0] for column in SIRENE if column.needed])
def test_a_missing_official_column_is_named(column: str) -> None:
    """Every needed one, and no other: the person must know which file they hold."""
    with pytest.raises(Invalid, match=f"« {column} »") as refused:
        layout_of([name for name in OFFICIAL if name != column])

    assert refused.value.code == "colonnes-absentes"


def test_the_columns_that_insee_added_lately_may_be_missing() -> None:
    """A file from before December 2025 has no NAF 2025."""
    layout = layout_of([name for name in OFFICIAL if name != "activitePrincipaleNAF25Etablissement"])

    assert "naf_2025" not in layout.fields


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["Raison sociale", "Ville"], {"name", "commune"}),
        (["NOM", "COMMUNE", "N° SIRET", "Code\u00a0Postal"], {"name", "commune", "siret", "postcode"}),
        (["denomination", "localite", "code_insee", "Code APE"], {"name", "commune", "insee", "naf"}),
        (
            ["\u00a0Entreprise ", "Commune", "Tranche d'effectif", "Effectifs"],
            {"name", "commune", "size_band", "headcount"},
        ),
    ],
)
def test_a_file_of_the_territory_is_understood(header: list[str], fields: set[str]) -> None:
    """Accents, case, underscores and no-break spaces do not count."""
    layout = layout_of(header)

    assert (layout.kind, set(layout.fields)) == ("file", fields)


def test_the_first_name_of_a_column_is_preferred() -> None:
    """A file with a name and a legal name keeps both; the better one is read, the other is told as left aside."""
    layout = layout_of(["Raison sociale", "Nom", "Commune"])

    assert layout.title(layout.fields.index("name")) == "Nom"
    assert layout.ignored == ("Raison sociale",)


def test_the_same_column_twice_is_refused() -> None:
    """Nobody can say which of the two is right."""
    with pytest.raises(Invalid, match="deux fois"):
        layout_of(["SIRET", "siret", "Nom", "Commune"])


def test_no_word_means_two_columns() -> None:
    """The names that are understood are told apart."""
    names = [folded(name) for column in OWN for name in column.names]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("column", [*OWN, *(column for column in SIRENE if column.needed)])
def test_every_name_that_is_understood_is_documented(column: Column) -> None:
    """Whoever prepares a file reads it there."""
    documented = Path("docs/imports.md").read_text(encoding="utf-8")

    assert [name for name in column.names if name not in documented] == []
