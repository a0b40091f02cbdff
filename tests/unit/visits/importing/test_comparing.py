"""What an import may change of a record, and what it never does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.visits.importing.assembling import Origin, enterprises_of, unnamed
from services.visits.importing.chunk import Chunk, from_bytes, to_bytes
from services.visits.importing.comparing import compare, judged, reconciled
from services.visits.register.enterprise import Enterprise
from services.visits.register.store import RegisterStore
from shared.tables import MemoryTable
from tests.unit.visits.importing.workshop import HERE, SIRETS


def enterprise(**changes: Any) -> Enterprise:
    """A record of SIRENE; `changes` replace its attributes."""
    given = {"id": SIRETS[0], "siret": SIRETS[0], "territory_id": HERE, "name": "HORLOGERIE", "commune": "MONTBELIARD"}
    return Enterprise.model_validate({**given, "source": "sirene", "naf": "26.52Z", "insee": "25388", **changes})


@pytest.mark.parametrize(
    ("known", "read", "outcome"),
    [
        (None, enterprise(), "new"),
        (None, enterprise(state="closed"), "left_closed"),
        (enterprise(), enterprise(), "unchanged"),
        (enterprise(), enterprise(recorded_on=date(2026, 11, 27)), "unchanged"),
        (enterprise(), enterprise(size_band="11"), "changed"),
        (enterprise(), enterprise(state="closed"), "closed"),
        (enterprise(state="closed"), enterprise(), "changed"),
        (enterprise(state="closed"), enterprise(state="closed", naf="62.01Z"), "changed"),
    ],
)
def test_each_enterprise_has_one_outcome(known: Enterprise | None, read: Enterprise, outcome: str) -> None:
    """What was closed before the territory knew it has nothing to do in its register."""
    assert judged(known, read)[0] == outcome


def test_a_merge_that_people_decided_survives() -> None:
    """An import speaks of the establishment, not of who it turned out to be."""
    _, result = judged(enterprise(merged_into="other"), enterprise(size_band="11"))

    assert (result.merged_into, result.size_band) == ("other", "11")


def test_sirene_replaces_what_it_says_and_keeps_what_it_does_not() -> None:
    """No name in SIRENE is no reason to forget the one that somebody wrote."""
    known = enterprise(source="file", name="Horlogerie du Lion", reference="A-12", address="4 rue des Granges")
    result = reconciled(known, enterprise(name=unnamed(SIRETS[0]), naf="26.52Y"))

    assert (result.name, result.reference, result.address) == ("Horlogerie du Lion", "A-12", "4 rue des Granges")
    assert (result.naf, result.source) == ("26.52Y", "sirene")


def test_who_opposes_its_diffusion_is_forgotten_at_once() -> None:
    """Neither name nor address survive an opposition; a structure's own key is no public datum."""
    known = enterprise(name="DUPONT JEANNE", address="4 RUE DES GRANGES", reference="A-12")
    result = reconciled(known, enterprise(diffusible=False, name="Entreprise non diffusible"))

    assert (result.name, result.address, result.reference) == ("Entreprise non diffusible", None, "A-12")


def test_a_file_of_the_territory_completes_sirene_and_never_replaces_it() -> None:
    """What is official is corrected at its source."""
    known = enterprise(size_band="NN")
    given = enterprise(source="file", name="Autre nom", naf="10.11Z", size_band="12", address="4 rue X", reference="7")
    result = reconciled(known, given)

    assert (result.name, result.naf, result.source) == ("HORLOGERIE", "26.52Z", "sirene")
    assert (result.size_band, result.address, result.reference) == ("12", "4 rue X", "7")


def test_a_file_of_the_territory_replaces_an_earlier_one_where_it_is_filled() -> None:
    """An empty cell says nothing."""
    known = enterprise(source="file", name="Forge", naf="25.50A", trade_name="La Forge")
    result = reconciled(known, enterprise(source="file", name="Forge de l’Étang", naf=None))

    assert (result.name, result.naf, result.trade_name) == ("Forge de l’Étang", "25.50A", "La Forge")


def test_only_what_differs_is_read_whole_and_written() -> None:
    """The write units of an import are its changed rows."""
    register = RegisterStore(MemoryTable())
    register.keep([enterprise(), enterprise(id=SIRETS[1], siret=SIRETS[1])])
    read = [enterprise(), enterprise(id=SIRETS[1], siret=SIRETS[1], size_band="11"), enterprise(id=SIRETS[2])]

    counts, to_write = compare(read, HERE, register)

    assert counts == {"unchanged": 1, "changed": 1, "new": 1}
    assert [each.id for each in to_write] == [SIRETS[1], SIRETS[2]]


def assembled(kind: str, **record: Any) -> Enterprise:
    """The enterprise of a chunk of one row that went through the bucket."""
    chunk = Chunk(kind, "f" * 64, tuple(record), [[2, *record.values()]])  # type: ignore[arg-type]
    return enterprises_of(from_bytes(to_bytes(chunk)), Origin(HERE, "cci", date(2026, 11, 27)))[0]


@pytest.mark.parametrize(
    ("record", "name", "trade_name"),
    [
        ({"usual_name": "LE LION", "sign_1": "CHEZ LEON"}, "LE LION", "CHEZ LEON"),
        ({"sign_1": "CHEZ LEON"}, "CHEZ LEON", None),
        ({"legal_name": "LION SAS", "sign_2": "CHEZ LEON"}, "LION SAS", "CHEZ LEON"),
        ({"first_name": "JEANNE", "last_name": "DUPONT"}, "JEANNE DUPONT", None),
        ({}, unnamed(SIRETS[0]), None),
        ({"diffusible": False, "sign_1": "CHEZ LEON"}, "Entreprise non diffusible", None),
    ],
)
def test_an_establishment_of_sirene_always_has_a_name(
    record: dict[str, Any], name: str, trade_name: str | None
) -> None:
    """Its usual name, its enterprise's, its sign, or its number."""
    made = assembled("sirene", siret=SIRETS[0], commune="BELFORT", **record)

    assert (made.name, made.trade_name) == (name, trade_name)


def test_an_enterprise_without_siret_has_an_id_of_its_own() -> None:
    """The structure's key names the same enterprise from one file to the next; a line names one of this very file."""
    keyed = assembled("file", name="Forge", commune="Belfort", reference="A-12")
    same = assembled("file", name="Forge de l’Étang", commune="Belfort", reference="A-12")
    lined = assembled("file", name="Forge", commune="Belfort")

    assert keyed.id == same.id != lined.id
    assert lined.id == assembled("file", name="Forge", commune="Belfort").id


def test_a_number_of_employees_is_a_band() -> None:
    """The band that a file gives prevails over the number beside it."""
    assert assembled("file", name="A", commune="B", headcount="11").size_band == "11"
    assert assembled("file", name="A", commune="B", headcount="11", size_band="12").size_band == "12"
