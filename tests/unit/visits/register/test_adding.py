"""Enterprises are added once, with a SIRET or without, and what may be the same is shown first."""

from __future__ import annotations

import pytest

from services.visits.register.places import choices, find_commune
from shared.errors import Invalid
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import HERE, enterprise, unregistered

NEW = "/entreprises/nouvelle"
FORM = {"name": "Garage Zbinden", "siret": "", "commune": "Montbéliard"}
COMMUNES = {"25388": "Montbéliard", "90010": "Belfort", "70285": "Héricourt", "70360": "Montbozon", "39001": "Belfort"}


def added(office: Office) -> list[str]:
    """The names in the register."""
    return [item["name"] for (pk, _), item in sorted(office.register.items.items()) if "#COMMUNES" not in pk]


def test_an_enterprise_without_siret_is_added_once(office: Office) -> None:
    """A double click is one record, of whom it says that a person added it."""
    office.knows(enterprise())
    places = {office.send(NEW, **FORM).headers["Location"] for _ in range(2)}

    (place,) = places
    kept = office.office.store.get(HERE, place.rpartition("/")[2])
    assert (kept.siret, kept.insee, kept.source) == (None, "25388", "person")
    assert [item["kind"] for item in office.kept("/NOTE#")] == ["added"]


def test_two_enterprises_of_the_same_name_without_siret_are_two(office: Office) -> None:
    """Without a number nothing is ever the same by itself."""
    for key in ("first-key", "second-key"):
        office.send(NEW, key=key, confirmed="oui", **FORM)

    assert added(office) == ["Garage Zbinden"] * 2


def test_what_may_be_the_same_is_shown_before_anything_is_added(office: Office) -> None:
    """The person opens the right page, or adds all the same."""
    office.knows(enterprise())
    form = {**FORM, "name": "Horlogerie Lion"}

    shown = office.send(NEW, **form)
    assert shown.status == 200
    assert f'href="/entreprises/{enterprise().id}"' in shown.text
    assert "même commune" in shown.text
    assert added(office) == ["Horlogerie du Lion"]
    assert office.send(NEW, **form, confirmed="oui").status == 303
    assert len(added(office)) == 2


def test_a_known_siret_leads_to_its_page(office: Office) -> None:
    """What the register says of it stands."""
    office.knows(enterprise())
    sent = office.send(NEW, **{**FORM, "siret": "732 829 320 00074"})

    assert (sent.status, sent.headers["Location"]) == (303, f"/entreprises/{enterprise().id}")
    assert added(office) == ["Horlogerie du Lion"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"commune": ""}, "commune"),
        ({"siret": "73282932000075"}, "siret"),
        ({"naf": "29"}, "naf"),
        ({"postcode": "2520"}, "postcode"),
        ({"size_band": "99"}, "size_band"),
        ({"size_band": "11+"}, "size_band"),
        ({"name": "A" * 121}, "name"),
    ],
)
def test_a_wrong_field_is_told_beside_it(office: Office, change: dict[str, str], field: str) -> None:
    """422, what was typed kept, nothing added."""
    refused = office.send(NEW, **{**FORM, **change})

    assert refused.status == 422
    assert f'id="{field}-error"' in refused.text
    assert added(office) == []


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("montbeliard", "25388"),
        ("HÉRICOURT", "70285"),
        ("Belfort (90010)", "90010"),
        ("2a004", "2A004"),
        ("hér", "70285"),
    ],
)
def test_a_commune_is_found_by_its_name_or_code(typed: str, insee: str) -> None:
    """Whole or by its beginning, if that tells it from the others."""
    assert find_commune(typed, COMMUNES) == insee


@pytest.mark.parametrize(
    ("typed", "words"), [("Belfort", "Plusieurs communes"), ("Mont", "Montbozon"), ("Paris", "Aucune")]
)
def test_a_commune_that_is_not_clear_is_asked_again(typed: str, words: str) -> None:
    """With those it may be."""
    with pytest.raises(Invalid, match=words):
        find_commune(typed, COMMUNES)


def test_communes_of_one_name_are_told_apart() -> None:
    """By their codes."""
    assert choices(COMMUNES) == ["Belfort (39001)", "Belfort (90010)", "Héricourt", "Montbéliard", "Montbozon"]


def test_an_enterprise_of_another_territory_is_no_duplicate(office: Office) -> None:
    """Registers do not know of one another."""
    office.knows(unregistered(1, territory_id="vallee-de-l-arve"))

    assert office.send(NEW, **{**FORM, "name": "Horlogerie du Lion"}).status == 303
