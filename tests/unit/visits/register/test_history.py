"""What happened to an enterprise reads as one line of time."""

from __future__ import annotations

from services.visits.register.history import history_of
from services.visits.register.reading import open_fiche
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import HERE, enterprise
from tests.unit.visits.territory import report


def test_visits_additions_and_sources_are_told_the_latest_first(office: Office) -> None:
    """By day for what has no hour, with who said so."""
    office.knows(enterprise())
    office.report(report())
    fiche = open_fiche(office.office.store.get(HERE, enterprise().id), office.caller(), office.office)

    told = [(moment.when.date().isoformat(), moment.title, moment.by) for moment in history_of(fiche)]
    assert told == [
        ("2026-11-26", "Visite : compte rendu saisi", "Cci"),
        ("2026-11-02", "Identité mise à jour", "Répertoire SIRENE (INSEE)"),
    ]


def test_an_addition_by_hand_is_told_once(office: Office) -> None:
    """By the structure that added it."""
    place = office.send("/entreprises/nouvelle", name="Garage Zbinden", commune="Héricourt").headers["Location"]
    added = office.office.store.get(HERE, place.rpartition("/")[2])
    fiche = open_fiche(added, office.caller(), office.office)

    assert [(moment.title, moment.by) for moment in history_of(fiche)] == [("Ajoutée au registre", "Cci")]
