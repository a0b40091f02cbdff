"""The questionnaire that comes with Vigie."""

from __future__ import annotations

import hashlib

from services.visits.findings import Findings
from services.visits.questionnaire.definition import ISSUE, WITH_OPTIONS
from services.visits.questionnaire.rules import check_questionnaire
from services.visits.questionnaire.shipped import shipped

FROZEN = "7efb939982db03e3355e0a3eb5dcfb24812dc24cbd16c6c7a1b5103a5e9405d4"


def test_it_covers_what_the_platform_listens_for() -> None:
    """One section for each subject of a visit, the perceived issues last."""
    assert [section.id for section in shipped().sections] == [
        *("activity", "headcount", "recruitment", "skills"),
        *("ages", "projects", "difficulties", "issues"),
    ]


def test_it_is_quick_in_a_factory_yard() -> None:
    """Three answers are required, each one a tap."""
    required = [question for question in shipped().questions if question.required]

    assert [question.id for question in required] == ["activity_trend", "headcount_trend", "issues"]
    assert all(question.kind in WITH_OPTIONS for question in required)


def test_one_question_feeds_the_perceived_issues_and_is_shared() -> None:
    """The indicator counts coded answers that the committee may read."""
    tagged = [question for question in shipped().questions if question.indicator_tag]

    assert [(question.id, question.indicator_tag, question.kind) for question in tagged] == [
        ("issues", ISSUE, "choices")
    ]
    assert tagged[0].shared


def test_money_troubles_stay_in_the_structure() -> None:
    """What an enterprise says in confidence is not read by the committee."""
    private = {question.id for question in shipped().questions if not question.shared}

    assert private == {"first_customer_share", "cash_strain", "difficulties_note"}


def test_it_obeys_the_rules_of_every_questionnaire() -> None:
    """A territory may publish it again with one question more."""
    findings = Findings("faux")

    check_questionnaire(shipped(), shipped(), findings)

    findings.conclude()


def test_version_zero_never_changes() -> None:
    """Reports have answered it: a better one would be another version, not another text under the same number."""
    text = shipped().model_dump_json()

    assert hashlib.sha256(text.encode()).hexdigest() == FROZEN


def test_its_words_are_typeset_in_french() -> None:
    """Curly apostrophes everywhere."""
    assert "'" not in shipped().model_dump_json()
