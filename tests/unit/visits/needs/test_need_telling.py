"""What others are told of needs, and what they are not."""

from __future__ import annotations

import json

from shared.events.visits_needs import JobsAtRiskReported, NeedReported, OpeningsReported
from tests.unit.visits.needs.following import facts, reported
from tests.unit.visits.needs.test_need_rules import job, need, opening
from tests.unit.visits.territory import SIRET, Territory


def test_a_need_is_told_with_the_words_of_the_day(territory: Territory) -> None:
    """Theme and subject by code and by label; what was typed stays in the service."""
    reported(territory, need("skills", subject="vae", description="Le neveu du gérant"))

    (told,) = facts(territory, NeedReported)

    assert (told.event.theme_label, told.event.subject_label) == (
        "Compétences et formation",
        "Faire reconnaître l’expérience (VAE)",
    )
    assert "neveu" not in json.dumps(told.detail())


def test_jobs_at_risk_are_told_without_a_name(territory: Territory) -> None:
    """Where and which métier, how many and until when: never at whose."""
    reported(territory, need("jobs_at_risk", jobs_at_risk=[job(), job(quantity=3)]))

    (told,) = facts(territory, JobsAtRiskReported)

    assert [(jobs.rome_label, jobs.quantity) for jobs in told.event.jobs] == [
        ("Soudeur / Soudeuse", 12),
        ("Soudeur / Soudeuse", 3),
    ]
    assert told.event.commune == "Montbéliard"
    text = json.dumps(told.detail(), ensure_ascii=False)
    assert "Horlogerie" not in text
    assert SIRET not in text


def test_what_was_said_in_confidence_has_no_place(territory: Territory) -> None:
    """They are counted in the territory, and in no commune."""
    reported(territory, need("jobs_at_risk", jobs_at_risk=[job(), job(confidential=True)]))

    (told,) = facts(territory, JobsAtRiskReported)

    assert (told.event.commune, len(told.event.jobs)) == (None, 2)


def test_openings_are_told(territory: Territory) -> None:
    """Métier, number, contract and date: what a match needs."""
    reported(territory, need("recruitment", openings=[opening()]))

    (told,) = facts(territory, OpeningsReported)

    assert (told.event.openings[0].contract_label, told.event.openings[0].quantity) == ("CDD", 3)
