"""An import from the file that is sent to the register that is changed."""

from __future__ import annotations

import json

import pytest

from shared.errors import Forbidden
from tests.unit.visits.importing.workshop import SIRETS, Workshop, official, table


def test_a_dry_run_counts_and_writes_nothing(workshop: Workshop) -> None:
    """What the file would change is known before anything changes."""
    checked = workshop.check(table([official(), official(siret=SIRETS[1])]))

    assert (checked.state, checked.found) == ("checked", {"new": 2})
    assert workshop.enterprises() == {}


def test_an_import_fills_the_register(workshop: Workshop) -> None:
    """Each establishment stands in the register with all that SIRENE says of it."""
    applied = workshop.apply(table([official()]))

    assert (applied.state, applied.done) == ("applied", {"new": 1})
    kept = workshop.enterprises()[SIRETS[0]]
    assert (kept.name, kept.commune, kept.insee, kept.postcode) == (
        "HORLOGERIE DU LION",
        "MONTBELIARD",
        "25388",
        "25200",
    )
    assert (kept.naf, kept.naf_nomenclature, kept.naf_2025) == ("26.52Z", "NAFRev2", "26.52Y")
    assert (kept.size_band, kept.size_year, kept.employer, kept.head_office) == ("11", 2023, True, True)
    assert (kept.address, kept.source, kept.state) == ("4 RUE DES GRANGES", "sirene", "active")


def test_the_same_file_again_changes_nothing_and_says_who_imported_it(workshop: Workshop) -> None:
    """No write unit is spent on what the register already says."""
    first = workshop.apply(table([official(), official(siret=SIRETS[1])]))
    before = dict(workshop.register_table.items)
    again = workshop.apply(table([official(), official(siret=SIRETS[1])]))

    assert again.done == {"unchanged": 2}
    assert again.file is not None
    assert again.file.twin is not None
    assert (again.file.twin.import_id, again.file.twin.member_id) == (first.id, "camille")
    assert workshop.register_table.items == before


def test_only_what_changed_is_written(workshop: Workshop) -> None:
    """Another file, with one establishment closed and one grown."""
    workshop.apply(table([official(siret=siret) for siret in SIRETS]))
    rows = [official(siret=siret) for siret in SIRETS]
    rows[1] |= {"etatAdministratifEtablissement": "F"}
    rows[2] |= {"trancheEffectifsEtablissement": "12"}
    before = dict(workshop.register_table.items)
    applied = workshop.apply(table(rows, ";", "cp1252"))

    assert applied.done == {"unchanged": 2, "closed": 1, "changed": 1}
    after = workshop.register_table.items
    assert {sk for (_, sk), item in after.items() if before.get((_, sk)) != item} == {SIRETS[1], SIRETS[2]}
    assert workshop.enterprises()[SIRETS[1]].state == "closed"


def test_the_counts_of_an_import_are_told(workshop: Workshop) -> None:
    """The fact has counts and ids: nothing of any enterprise."""
    workshop.communes = ("25388",)
    rows = [official(), official(siret="1"), official(siret=SIRETS[1], codeCommuneEtablissement="75056")]
    applied = workshop.apply(table(rows))

    entry = next(item for (pk, _), item in workshop.table.items.items() if pk.endswith("#OUTBOX"))
    fact = json.loads(entry["events"][0]["detail"])["data"]
    assert fact == {
        "import_id": applied.id,
        "structure_id": "md3e",
        "member_id": "camille",
        "kind": "sirene",
        "rows": 3,
        "new": 1,
        "changed": 0,
        "closed": 0,
        "unchanged": 0,
        "rejected": 1,
        "outside": 1,
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Nom;Truc\nForge;1\n", "Colonne absente : « Commune »"),
        (b"Nom;Commune\n", "aucune ligne"),
        (b"\n\n", "vide"),
        (b"PK\x03\x04", "illisible"),
        (b"\0\1\2", "ni un CSV"),
    ],
)
def test_a_file_that_cannot_be_read_fails_its_import(workshop: Workshop, content: bytes, words: str) -> None:
    """The person is told what to do; no operator is woken by a dead letter."""
    failed = workshop.check(content)

    assert failed.state == "failed"
    assert words in failed.failure


def test_a_file_that_is_there_no_more_fails_its_import(workshop: Workshop) -> None:
    """The bucket forgets after ninety days."""
    begun = workshop.begin()
    workshop.bucket.receive(workshop.objects.upload_form(begun, ""), b"x")
    workshop.commands.check(begun.id, workshop.caller())
    workshop.bucket.objects.clear()
    workshop.drain()

    assert workshop.get(begun.id).state == "failed"


def test_a_file_whose_rows_are_all_wrong_is_checked_all_the_same(workshop: Workshop) -> None:
    """There is a report to read, and nothing to apply."""
    checked = workshop.check(table([official(siret="1")]))

    assert (checked.state, checked.found) == ("checked", {})
    assert [note.rule for note in workshop.store.notes(checked)] == ["un SIRET a 14 chiffres, celui-ci en a 1"]


def test_a_file_of_the_territory_fills_the_register_too(workshop: Workshop) -> None:
    """With a SIRET, a reference or neither; imported again after a correction, only what has a key is known again."""
    rows = "SIRET;Nom;Commune;Référence\n73282932000074;Lion;Montbéliard;\n;Forge;Belfort;A-12\n;Scierie;Delle;\n"
    first = workshop.apply(rows.encode("cp1252"))
    second = workshop.apply(rows.replace("Forge", "Forge de l’Étang").encode("cp1252"))

    assert (first.done, second.done) == ({"new": 3}, {"unchanged": 1, "changed": 1, "new": 1})
    assert sorted(each.name for each in workshop.enterprises().values()) == [
        "Forge de l’Étang",
        "Lion",
        "Scierie",
        "Scierie",
    ]


def test_two_clicks_begin_one_import(workshop: Workshop) -> None:
    """The key of the form makes the second the same as the first."""
    assert workshop.begin().id == workshop.begin().id


@pytest.mark.parametrize("role", ["capteur", "manager", "steering", "agency"])
def test_only_the_coordination_imports(workshop: Workshop, role: str) -> None:
    """The register is the whole territory's."""
    begun = workshop.begin()

    with pytest.raises(Forbidden):
        workshop.commands.check(begun.id, workshop.caller(role))
