"""An import from the file that is sent to the register that is changed."""

from __future__ import annotations

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
