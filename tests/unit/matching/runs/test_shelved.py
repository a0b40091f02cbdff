"""The reference in use: the demonstration until something is loaded, then what is loaded, read once a version."""

from __future__ import annotations

from dataclasses import replace

from services.matching.reference import shipped
from services.matching.reference.communes import dump_communes
from services.matching.reference.shelf import CSV, NPZ, Shelf
from services.matching.reference.tables import dump
from services.matching.runs.shelved import ShelvedReferences
from shared.objects import MemoryBucket
from tests.unit.matching.runs.seeded import TERRITORY, reference

PASSERELLES = (shipped.FOLDER / shipped.PASSERELLES).read_bytes()


def test_the_demonstration_stands_in() -> None:
    """With its own passerelles, for each territory."""
    found = ShelvedReferences(Shelf(MemoryBucket())).of(TERRITORY)
    assert found.tables.version.startswith("rome-demonstration")
    assert (len(found.communes), found.declared) == (len(shipped.communes()), shipped.declared())


def test_what_is_loaded_takes_its_place() -> None:
    """Without a territory's passerelles, none: the demonstration's are not for its métiers; then those of its file."""
    shelf = Shelf(MemoryBucket())
    references = ShelvedReferences(shelf)
    references.of(TERRITORY)
    shelf.publish("rome", "rome-1", dump(replace(reference().tables, version="rome-1")), NPZ)
    shelf.publish("communes", "communes-1", dump_communes(shipped.communes()), NPZ)
    assert (references.of(TERRITORY).tables.version, references.of(TERRITORY).declared) == ("rome-1", ())
    shelf.publish(f"passerelles/{TERRITORY}", "passerelles-1", PASSERELLES, CSV)
    assert references.of(TERRITORY).declared == shipped.declared()
    assert references.of("elsewhere").declared == ()


def test_a_version_is_read_once() -> None:
    """The same tables are given until another version is in use."""
    shelf = Shelf(MemoryBucket())
    references = ShelvedReferences(shelf)
    shelf.publish("rome", "rome-1", dump(reference().tables), NPZ)
    first = references.of(TERRITORY).tables
    assert references.of("elsewhere").tables is first
    shelf.publish("rome", "rome-2", dump(reference().tables), NPZ)
    assert references.of(TERRITORY).tables is not first
