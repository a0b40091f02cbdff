"""The pages on which a person decides that two records are one."""

from __future__ import annotations

import pytest

from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import enterprise, unregistered
from tests.unit.visits.territory import KEY, report

SURVIVOR, ABSORBED = enterprise(), unregistered(1, name="Horlogerie Lion")
PAGE, DUPLICATES = f"/entreprises/{SURVIVOR.id}", f"/entreprises/{ABSORBED.id}/doublons"
CHOICE = {"other": SURVIVOR.id, "other_siret": "", "reason": "Même gérante."}


@pytest.fixture
def known(office: Office) -> Office:
    """A territory that knows both."""
    office.knows(SURVIVOR, ABSORBED)
    return office


def test_the_list_proposes_with_reasons_and_decides_nothing(known: Office) -> None:
    """Each enterprise without SIRET, what it may be, and a link to compare."""
    shown = known.open("/entreprises/doublons", who="colleague").text

    assert all(words in shown for words in (ABSORBED.name, SURVIVOR.name, "Noms semblables à", "même commune"))
    assert f'href="{DUPLICATES}"' in shown
    assert not known.kept("/MERGED")


def test_a_merge_shows_both_as_one(known: Office) -> None:
    """The old address leads to the survivor, whose page has the visits of both and the decision."""
    body = report(needs=[]) | {"enterprise": None, "enterprise_id": ABSORBED.id}
    known.report({name: value for name, value in body.items() if value is not None})
    for _ in range(2):
        assert known.send(DUPLICATES, **CHOICE).headers["Location"] == PAGE

    shown = known.read(PAGE)
    assert all(words in shown for words in ("26 novembre 2026", "« Horlogerie Lion »", "Même gérante."))
    assert shown.count('<p class="moment-title">Fusion') == 1
    moved = known.open(f"/entreprises/{ABSORBED.id}")
    assert (moved.status, moved.headers["Location"]) == (303, PAGE)


def test_a_merge_by_a_typed_siret_keeps_that_one(known: Office) -> None:
    """For a record that was not proposed."""
    assert known.send(DUPLICATES, other="", other_siret="732 829 320 00074", reason="Vu sur place.").status == 303
    assert known.office.files.survivor_of(SURVIVOR.territory_id, ABSORBED.id) == SURVIVOR.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"other": ""}, "other"),
        ({"other": "", "other_siret": "12"}, "other_siret"),
        ({"other": "", "other_siret": "35600000000048"}, "other_siret"),
    ],
)
def test_a_decision_that_lacks_something_is_asked_again(known: Office, change: dict[str, str], field: str) -> None:
    """422, beside the field, nothing merged."""
    refused = known.send(DUPLICATES, **{**CHOICE, **change})

    assert refused.status == 422
    assert f'id="{field}-error"' in refused.text
    assert not known.kept("/MERGED")


def test_two_sirets_are_refused_with_the_reason(known: Office) -> None:
    """They are two establishments."""
    known.knows(enterprise(siret="35600000000048"))
    refused = known.send("/entreprises/35600000000048/doublons", **CHOICE)

    assert (refused.status, "Deux SIRET différents" in refused.text) == (422, True)


def test_a_merge_is_undone_from_the_survivors_page(known: Office) -> None:
    """With a reason; both pages answer again."""
    known.send(DUPLICATES, **CHOICE)
    undone = {"absorbed_id": ABSORBED.id, "key": "key-of-undoing"}

    assert known.send(f"{PAGE}/separation", reason="", **undone).status == 422
    assert known.send(f"{PAGE}/separation", reason="Une homonyme.", **undone).headers["Location"] == PAGE
    assert known.open(f"/entreprises/{ABSORBED.id}").status == 200
    assert "Fusion annulée" in known.open(PAGE).text


def test_a_form_that_has_served_asks_before_it_serves_again(known: Office) -> None:
    """Back, change, send: the person is told, and gets a new key."""
    known.send(DUPLICATES, **CHOICE)
    again = known.send(DUPLICATES, **{**CHOICE, "reason": "Autre raison."})

    assert (again.status, "déjà servi" in again.text) == (422, True)
    assert f'value="{KEY}"' not in again.text


@pytest.mark.parametrize("path", ["/entreprises/doublons", DUPLICATES])
def test_a_capteur_merges_nothing(known: Office, path: str) -> None:
    """The pages are the managers' and the coordination's."""
    assert known.open(path, who="capteur").status == 403
    assert known.send(DUPLICATES, who="capteur", **CHOICE).status == 403
    assert "/doublons" not in known.open(f"/entreprises/{ABSORBED.id}", who="capteur").text
