"""Jobs are declared once, known to their structure alone, and told without saying whose they are."""

from __future__ import annotations

import json
from datetime import date

import pytest

from services.matching.jobs.commands import DeclareJobAtRisk, DeclareOpening
from services.matching.jobs.declaring import declare
from services.matching.jobs.enterprise import identity_of
from services.matching.jobs.seeing import sight_of
from shared.errors import Forbidden, Invalid
from tests.unit.matching.jobs.desk_scene import HERE, OpenVault, Scene

NAME, SIRET = "Mécanique du Lion", "732 829 320 00074"


def at_risk(**changes: object) -> DeclareJobAtRisk:
    given = {
        "enterprise_name": NAME,
        "siret": SIRET,
        "rome": "H2909",
        "people": 4,
        "commune": "25388",
        "horizon_on": "2027-03-31",
        "cause": "definitive",
    }
    return DeclareJobAtRisk.model_validate(given | changes)


def opening(**changes: object) -> DeclareOpening:
    given = {"enterprise_name": NAME, "rome": "B1604", "people": 2, "wanted_on": "2027-01-15", "contract": "cdi"}
    return DeclareOpening.model_validate(given | changes)


def test_a_declared_job_is_kept_and_told() -> None:
    """As declared, on both sides, with the labels of the day."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    job_id = declare(at_risk(), scene.request("1", claire), claire, "page", scene.desk)
    opening_id = declare(opening(), scene.request("2", claire), claire, "api", scene.desk)

    job = scene.store.job_at_risk(HERE, job_id)
    assert (job.rome_label, job.people, job.horizon_on, job.state) == ("Assembleur", 4, date(2027, 3, 31), "declared")
    assert scene.store.opening(HERE, opening_id).contract == "cdi"
    assert [told.event.detail_type for told in scene.told()] == ["JobAtRiskDeclared.v1", "OpeningDeclared.v1"]


def test_nothing_kept_or_told_names_the_enterprise() -> None:
    """Neither its name nor its SIRET stands anywhere in clear: not in the table, not in an event."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    declare(at_risk(), scene.request("1", claire), claire, "page", scene.desk)
    everything = json.dumps(list(scene.table.items.values()), ensure_ascii=False)

    assert NAME not in everything
    assert "732829320" not in everything


def test_its_referent_knows_whose_jobs_they_are() -> None:
    """What was sealed opens for those who may know, in the same territory."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    job_id = declare(at_risk(), scene.request("1", claire), claire, "page", scene.desk)
    known = identity_of(scene.store.job_at_risk(HERE, job_id), OpenVault())

    assert known is not None
    assert (known.name, known.siret) == (NAME, "73282932000074")


def test_others_learn_no_name_before_both_have_agreed() -> None:
    """Another structure sees neither name nor, in confidence, place; the coordination sees the place."""
    scene = Scene()
    claire, karim = scene.caller("claire", "cci"), scene.caller("karim", "opco")
    carole = scene.caller("carole", "md3e", "coordinator")
    job_id = declare(at_risk(confidential=True), scene.request("1", claire), claire, "page", scene.desk)
    job = scene.store.job_at_risk(HERE, job_id)

    assert [(sight.enterprise, sight.place) for sight in (sight_of(job, who) for who in (claire, karim, carole))] == [
        (True, True),
        (False, False),
        (False, True),
    ]
    assert sight_of(job, karim, introduced=True).enterprise


def test_a_place_told_in_confidence_is_not_told_on() -> None:
    """In a small commune a métier names an enterprise."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    declare(at_risk(confidential=True), scene.request("1", claire), claire, "page", scene.desk)
    declare(at_risk(), scene.request("2", claire), claire, "page", scene.desk)

    assert [told.event.commune for told in scene.told()] == [None, "25388"]


def test_the_same_request_makes_one_job() -> None:
    """A double click, a retry: the same id, one job, one fact."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    first, second = (declare(at_risk(), scene.request("1", claire), claire, "page", scene.desk) for _ in range(2))

    assert first == second
    assert len(list(scene.store.jobs_at_risk(HERE))) == len(scene.told()) == 1


def test_the_same_enterprise_is_known_as_the_same() -> None:
    """By its SIREN whatever its establishment, else by its name: it is not matched with itself."""
    scene = Scene()
    claire, karim = scene.caller("claire", "cci"), scene.caller("karim", "opco")
    job_id = declare(at_risk(), scene.request("1", claire), claire, "page", scene.desk)
    same = declare(opening(siret="73282932000082"), scene.request("2", karim), karim, "page", scene.desk)
    named = [
        declare(opening(enterprise_name=name), scene.request(key, karim), karim, "page", scene.desk)
        for key, name in (("3", "Tôlerie  Doubs"), ("4", "TÔLERIE DOUBS"))
    ]

    assert scene.store.job_at_risk(HERE, job_id).enterprise == scene.store.opening(HERE, same).enterprise
    assert len({scene.store.opening(HERE, each).enterprise for each in named}) == 1


@pytest.mark.parametrize(
    ("field", "value"), [("rome", "Z9999"), ("siret", "123"), ("contract", "cdx"), ("people", 0), ("colour", "red")]
)
def test_what_makes_no_sense_is_refused(field: str, value: object) -> None:
    """An unknown métier, number, contract, quantity or attribute; nothing is kept."""
    scene = Scene()
    claire = scene.caller("claire", "cci")
    with pytest.raises((Invalid, ValueError)):
        declare(at_risk(**{field: value}), scene.request("1", claire), claire, "page", scene.desk)

    assert not list(scene.store.jobs_at_risk(HERE))


def test_a_steering_member_declares_nothing() -> None:
    """Whoever reads aggregates has no jobs to declare."""
    scene = Scene()
    steering = scene.caller("sam", "md3e", "steering")
    with pytest.raises(Forbidden):
        declare(at_risk(), scene.request("1", steering), steering, "page", scene.desk)
