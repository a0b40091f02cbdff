"""The official release is read as users download it."""

from __future__ import annotations

import gzip
from pathlib import Path
from zipfile import ZipFile

import pytest

from services.matching.reference.release import Core, Kind, Mobility, Release, read_release
from shared.errors import Invalid
from tests.unit.matching.reference.published import FILES, LINKS, MOBILITY, OCCUPATIONS, written

LABELS = "unix_referentiel_code_rome_v460_utf8.csv"
PAIRS = "unix_rubrique_mobilite_v460_utf8.csv"


def test_a_release_gives_its_metiers_their_items_and_their_passerelles(tmp_path: Path) -> None:
    """Codes in order, apostrophes as people write them, each item with its kind and its macro-competence."""
    release = read_release(written(tmp_path))
    assert [one.code for one in release.occupations] == ["B1604", "B1616", "H2909", "J1501"]
    assert release.occupations[2].title == "Monteur d'ensembles"
    assert [one.regulated for one in release.occupations] == [False, False, False, True]
    assert release.occupations[1].family == "B1604"
    assert release.items["3"].kind is Kind.KNOWLEDGE
    assert release.items["5"].kind is Kind.CONTEXT
    assert release.items["1"].macro == "90"
    assert release.macros == {"90": "Monter des mécanismes"}
    assert {(link.rome, link.ogr): link.core for link in release.links}["B1604", "3"] is Core.EMERGING


def test_passerelles_keep_their_direction_and_their_rank(tmp_path: Path) -> None:
    """The way back is not a passerelle."""
    assert read_release(written(tmp_path)).mobility == (
        Mobility("B1604", "B1616", 1),
        Mobility("H2909", "B1604", 1),
        Mobility("H2909", "B1616", 2),
    )


def test_version_3_puts_near_passerelles_first_and_each_pair_once(tmp_path: Path) -> None:
    """It has no rank: near (1) comes before evolution (2), then the order of the rows."""
    told = """code_rome,code_rome_cible,code_appellation_source,code_appellation_cible,code_type_mobilite,libelle_type_mobilite
H2909,J1501,,,2,Evolution
H2909,B1616,,12,1,Proche
H2909,B1616,,13,1,Proche
H2909,B1604,,,1,Proche
"""
    release = read_release(written(tmp_path, {PAIRS: told}))
    assert [(pair.target, pair.order) for pair in release.mobility] == [("B1616", 1), ("B1604", 2), ("J1501", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_separators_and_encodings_are_recognised(tmp_path: Path, separator: str, encoding: str) -> None:
    """Whatever the file's name says."""
    told = OCCUPATIONS.replace(",", separator).encode(encoding)
    assert read_release(written(tmp_path, {LABELS: told})).occupations[0].title == "Horloger / Horlogère"


def test_a_quoted_field_may_run_over_several_lines(tmp_path: Path) -> None:
    """A text's paragraphs become one."""
    header = "code_rome,libelle_type_texte,position_phrase,libelle_texte\n"
    told = header + 'H2909,definition,2,"Contrôle\n\nla pièce."\nH2909,definition,1,Monte.\n'
    release = read_release(written(tmp_path, {"unix_texte_v460_utf8.csv": told}))
    assert release.texts["H2909"].definition == "Monte. Contrôle la pièce."


def test_the_version_does_not_depend_on_the_packing(tmp_path: Path) -> None:
    """Folder, compressed files or zip: the same contents are the same version."""
    plain = read_release(written(tmp_path / "plain"))
    packed = tmp_path / "packed"
    packed.mkdir()
    for name, content in FILES.items():
        (packed / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
    with ZipFile(tmp_path / "rome.zip", "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"ROME/{name}", content)
    assert plain == read_release(packed) == read_release(tmp_path / "rome.zip")
    assert plain.name.startswith("rome-v460-")


def test_another_content_is_another_version(tmp_path: Path) -> None:
    """One byte is enough."""
    changed = written(tmp_path / "b", {PAIRS: MOBILITY.replace("H2909,B1604,1", "H2909,J1501,1")})
    assert read_release(written(tmp_path / "a")).name != read_release(changed).name


def test_the_newest_version_of_a_folder_is_read_whole(tmp_path: Path) -> None:
    """Older files beside it are left alone, and a whole table replaces a part of it."""
    older = {"unix_referentiel_code_rome_v459_utf8.csv": "code_rome,libelle_rome\nA1101,Ancien\n"}
    part = {"unix_rubrique_mobilite_v460_utf8.part.csv": "code_rome,code_rome_cible,numero_ordre\nB1604,J1501,1\n"}
    release = read_release(written(tmp_path, {**older, **part}))
    assert len(release.occupations) == 4
    assert len(release.mobility) == 3


def test_a_part_alone_is_read(tmp_path: Path) -> None:
    """As long as nothing better is there."""
    part = {PAIRS: None, PAIRS.replace(".csv", ".part.csv"): MOBILITY}
    assert len(read_release(written(tmp_path, part)).mobility) == 3


def test_what_names_nothing_known_is_counted(tmp_path: Path) -> None:
    """A row about a métier or an item that this version has not is left out, never silently."""
    links = {"unix_coherence_item_v460_utf8.csv": LINKS + "Z9999,1,\nH2909,77,\n"}
    release = read_release(written(tmp_path, {**links, PAIRS: MOBILITY + "A1101,B1604,1\n"}))
    assert release.ignored == {"coherence_item": 2, "rubrique_mobilite": 1}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (LABELS, "code,libelle\n", "colonne absente, code_rome"),
        (LABELS, "code_rome,libelle_rome\nB16,Horloger\n", "ligne 2 : « B16 » n’est pas un code"),
        (LABELS, "code_rome,libelle_rome\nB1604\n", "ligne 2 : 1 champs au lieu de 2"),
        (LABELS, "code_rome,libelle_rome\n", "ne contient aucun métier"),
        (PAIRS, "code_rome,code_rome_cible,numero_ordre\nH2909,B1604,premier\n", "« premier » n’est pas un numéro"),
        (PAIRS, None, "Il manque des fichiers"),
        ("unix_item_v460_utf8.csv", "code_ogr,libelle,code_rubrique\n1,Monter,9\n", "rubrique inconnue « 9 »"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    """The file, the line and what is wrong there."""
    with pytest.raises(Invalid, match=told):
        read_release(written(tmp_path, {name: content}))


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    """An empty folder, something else than a zip, a truncated file, a path that leads nowhere."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "rome.zip").write_bytes(b"PK not a zip")
    cut = written(tmp_path / "cut", {LABELS: None, f"{LABELS}.gz": gzip.compress(OCCUPATIONS.encode())[:30]})
    for path, told in (
        (tmp_path / "empty", "aucun fichier du ROME"),
        (tmp_path / "rome.zip", "zip lisible"),
        (cut, "abîmé"),
        (tmp_path / "nowhere", "ni un dossier"),
    ):
        with pytest.raises(Invalid, match=told):
            read_release(path)


def test_the_whole_rome_is_read(official: Release) -> None:
    """Its fiches, their families of version 3, and no row left out."""
    assert len(official.occupations) == 1584
    assert len({one.family for one in official.occupations}) == 532
    assert sum(one.regulated for one in official.occupations) == 241
    assert len(official.links) == 104_219
    assert not official.ignored
