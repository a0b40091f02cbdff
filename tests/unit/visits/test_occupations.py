"""Métiers: found as people type them, and the official release read as it is published."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.loading import read_release, read_rows
from services.visits.occupations import SHIPPED, Occupation, shipped
from services.visits.store import VisitStore
from shared.errors import Invalid
from shared.tables import MemoryTable
from tests.unit.visits.territory import FRIDAY

REFERENCE = shipped()
NAME = "unix_referentiel_code_rome_v460_utf8.csv"


def codes(found: list[Occupation]) -> list[str]:
    """Their codes, in order."""
    return [known.code for known in found]


def test_the_shipped_reference_says_where_it_comes_from_and_is_small() -> None:
    """The licence asks for the source; a demonstration needs some sixty to a hundred métiers."""
    assert "ROME 4.0 version 60, France Travail, Licence Ouverte 2.0" in SHIPPED.read_text("utf-8").splitlines()[0]
    assert 60 <= len(REFERENCE) <= 100


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("soud", "H2913"),
        ("H2913", "H2913"),
        ("h2913", "H2913"),
        ("ELECTRICIEN bat", "F1602"),
        ("électricien bât", "F1602"),
        ("manoeuvre", "F1704"),
        ("manœuvre", "F1704"),
        ("maint eolien", "I1321"),
    ],
)
def test_a_metier_is_found_by_code_or_beginnings_of_words(typed: str, first: str) -> None:
    """Accents, ligatures and case do not count, and words may come in any order."""
    assert codes(REFERENCE.search(typed))[0] == first


def test_a_domain_gives_its_metiers() -> None:
    """The head of a code lists what is below it."""
    assert set(codes(REFERENCE.search("h29", limit=50))) == {
        known for known in codes(REFERENCE.search("h", limit=100)) if known.startswith("H29")
    }


@pytest.mark.parametrize("typed", ["Soudeur", "soudeuse", "Soudeur / Soudeuse", "h2913", " H2913 "])
def test_a_whole_title_in_either_gender_or_a_code_is_enough(typed: str) -> None:
    """Without JavaScript a person types the métier and sends the form."""
    assert REFERENCE.find(typed).code == "H2913"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("H2999", "Les plus proches : H29"),
        ("soudr", "H2913 Soudeur / Soudeuse"),
        ("cuisinnier", "G1609"),
        ("menuisier", "H2213"),
        ("xyz", "Tapez un code comme H2913"),
    ],
)
def test_an_unknown_metier_is_answered_with_the_nearest(typed: str, words: str) -> None:
    """A slip of the finger costs one more look; a part of one title is never taken for it."""
    with pytest.raises(Invalid, match=words):
        REFERENCE.find(typed)


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    """Whatever is typed finds something or is refused in words."""
    assert len(REFERENCE.propose(text)) <= 12
    with pytest.raises(Invalid):
        REFERENCE.require(f"?{text}")


def write_release(folder: Path, content: bytes, name: str = NAME) -> Path:
    """A folder with one file of a release."""
    (folder / name).write_bytes(content)
    return folder


ROWS = '"code_rome","libelle_rome"\n"H2902","Chaudronnier / Chaudronnière"\n"D1106","Vendeur / Vendeuse de l\'\'épicerie"\n'


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.encode("latin-1"),
        ROWS.replace(",", ";").encode(),
        ROWS.replace('"', "").encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("code_rome", 'autre","code_rome')
        .replace("H2902", 'x","H2902')
        .replace("D1106", 'y","D1106')
        .encode(),
    ],
    ids=["as published", "byte order mark", "Latin-1", "semicolons", "no quotes", "Windows lines", "other columns"],
)
def test_a_release_is_read_whatever_shape_it_has(tmp_path: Path, content: bytes) -> None:
    """Separators, encodings and columns vary from one publication to the next; doubled apostrophes are undone."""
    assert read_release(write_release(tmp_path, content)) == [
        Occupation("D1106", "Vendeur / Vendeuse de l'épicerie"),
        Occupation("H2902", "Chaudronnier / Chaudronnière"),
    ]


def test_a_compressed_release_is_read(tmp_path: Path) -> None:
    """The files are also kept as `.gz`."""
    assert len(read_release(write_release(tmp_path, gzip.compress(ROWS.encode()), f"{NAME}.gz"))) == 2


def test_a_field_may_run_over_several_lines() -> None:
    """Definitions do, between quotes."""
    content = b'code,texte\n"110","Une ligne,\n\npuis l\'\'autre"\n'

    assert list(read_rows(content, "texte.csv", ["code", "texte"])) == [
        {"code": "110", "texte": "Une ligne, puis l'autre"}
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lisez-moi.txt", b"", "data.gouv.fr"),
        (NAME, b"code;intitule\nH2902;Chaudronnier\n", "colonne absente, code_rome, libelle_rome"),
        (NAME, b"code_rome,libelle_rome\n", "aucun"),
        (NAME, b"code_rome,libelle_rome\nX99,Rien\n", "« X99 »"),
        (NAME, b"code_rome,libelle_rome\nH2902\n", "« H2902 »"),
        (f"{NAME}.gz", b"not compressed", "abîmé"),
    ],
)
def test_what_is_not_a_release_is_refused_with_the_remedy(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """The message names the file and what was expected of it."""
    with pytest.raises(Invalid, match=words):
        read_release(write_release(tmp_path, content, name))


def test_the_official_release_replaces_the_small_reference() -> None:
    """Once loaded, any official code is accepted, also by a function that has been warm for five minutes."""
    store = VisitStore(MemoryTable())
    assert store.occupations(FRIDAY).get("A1101") is None

    store.replace_occupations(
        [Occupation("A1101", "Conducteur / Conductrice d'engins agricoles"), Occupation("N1101", "Cariste")]
    )

    assert store.occupations(FRIDAY + timedelta(minutes=4)).get("A1101") is None
    assert store.occupations(FRIDAY + timedelta(minutes=5)).require("A1101").title.endswith("d'engins agricoles")


def test_a_new_release_leaves_nothing_of_the_last_one() -> None:
    """A métier that is no longer official is no longer proposed."""
    store = VisitStore(MemoryTable())
    store.replace_occupations([Occupation("A1101", "Ancien"), Occupation("B1604", "Horloger")])

    store.replace_occupations([Occupation("B1604", "Horloger / Horlogère")])

    assert store.occupations(FRIDAY).get("A1101") is None
    assert store.occupations(FRIDAY).require("B1604").title == "Horloger / Horlogère"
