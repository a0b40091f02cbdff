"""What a territory chooses about its visits, from its file to whoever ranks and claims."""

from __future__ import annotations

import pytest

from services.directory.applying import apply, plan
from services.directory.store import DirectoryStore
from services.directory.territory_file import InvalidFile
from shared.address_book import AddressBook
from shared.clock import FixedClock
from shared.errors import NotFound
from shared.ids import new_id
from shared.settings import MatchingSettings, VisitSettings
from shared.tables import MemoryTable
from tests.unit.directory.territory_examples import NOW, OpenSafe, accepted

COMMUNES = "  communes: [01004, 2A004]"


def applied(*replacements: tuple[str, str]) -> AddressBook:
    """The address book once the file was applied."""
    table = MemoryTable()
    store = DirectoryStore(table)
    planned = plan(accepted(*replacements), store)
    apply(planned, store, OpenSafe(), clock=FixedClock(NOW), new_id=new_id, random_bytes=bytes)
    return AddressBook(table)


def test_what_is_left_out_is_the_platforms_own() -> None:
    """Thirty days for a claim, and weights that add up to a hundred for who was never visited."""
    settings = applied().territory("val-de-test").visit_settings

    assert settings == VisitSettings()
    assert settings.claim_days == 30


def test_what_is_chosen_reaches_the_address_book() -> None:
    """One key is enough; the others keep their defaults."""
    chosen = (COMMUNES, "  visit_settings: {claim_days: 10, nearby_points: 0}")
    settings = applied(chosen).territory("val-de-test").visit_settings

    assert (settings.claim_days, settings.nearby_points, settings.size_points) == (10, 0, 20)


def test_matching_is_weighed_as_the_territory_chose() -> None:
    """Weights add up to a thousand, or the file is refused in words; what is left out is the platform's own."""
    chosen = (COMMUNES, "  matching_settings: {distance_weight: 0, skills_weight: 350, mode: quality}")
    settings = applied(chosen).territory("val-de-test").matching_settings
    with pytest.raises(InvalidFile, match="1000 en tout ; ils font 850"):
        accepted((COMMUNES, "  matching_settings: {distance_weight: 0}"))

    assert (settings.distance_weight, settings.skills_weight, settings.mode) == (0, 350, "quality")
    assert applied().territory("val-de-test").matching_settings == MatchingSettings()


@pytest.mark.parametrize("wrong", ["claim_days: 0", "size_points: 101", "long_ago_months: 0", "claim_day: 3"])
def test_what_makes_no_sense_is_refused(wrong: str) -> None:
    """Out of bounds, or a key that does not exist."""
    with pytest.raises(InvalidFile):
        accepted((COMMUNES, f"  visit_settings: {{{wrong}}}"))


def test_a_territory_that_is_not_there_is_not_found() -> None:
    """Read alone or with its people."""
    with pytest.raises(NotFound):
        AddressBook(MemoryTable()).territory("val")
