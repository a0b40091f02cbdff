"""What a report leaves behind, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from services.visits.commands import ReportVisit
from services.visits.service import FACTS
from services.visits.visit_keys import visit_pk
from shared.errors import Forbidden, Invalid, Unavailable
from shared.events import parse
from shared.ids import derived_id
from shared.tables import Contended, MemoryTable, Write
from tests.unit.visits.territory import FRIDAY, HERE, KEY, SIRET, Territory, report, urgent


def told(territory: Territory) -> list[Any]:
    """The facts waiting in the outbox, read as a subscriber would."""
    return [
        parse(
            {"detail-type": event["detail_type"], "detail": json.loads(event["detail"])},
            *FACTS,
        )
        for item in territory.kept("#OUTBOX")
        for event in item["events"]
    ]


def refusals(territory: Territory, body: dict[str, Any]) -> dict[str, str]:
    """The refusals of a report that must be refused, by JSON pointer; nothing may have been written."""
    with pytest.raises(Invalid) as refused:
        territory.report(body)
    assert not territory.table.items
    return refused.value.fields


def test_a_report_keeps_the_visit_its_needs_its_facts_and_its_answer_together(territory: Territory) -> None:
    """One report is one transaction: visit, report, need, the traces of both, facts, answer."""
    reported = territory.report(report())

    file = territory.store.file(HERE, reported.visit_id)
    assert (file.visit.state, file.visit.version) == ("reported", 1)
    assert file.visit.establishment.siret == SIRET
    assert [need.theme_label for need in file.needs] == ["Recrutement"]
    kinds = {"VISIT", "REPORT#0001", f"NEED#{file.needs[0].id}", "SUMMARY", "26"}
    assert kinds < {sk for _, sk in territory.table.items}
    assert len(territory.table.items) == len(kinds) + 2


def test_an_urgent_recruitment_is_told_after_the_visit_with_labels_copied(territory: Territory) -> None:
    """Subscribers learn of the visit first, then of the urgent post, in words that will not change."""
    reported = territory.report(report(occurred_at="2026-11-26T17:05:00+01:00"))

    visit, _need, urgency = told(territory)
    assert (visit.event.needs, visit.event.commune) == (1, "Montbéliard")
    assert (urgency.event.rome_label, urgency.event.contract_label) == ("Soudeur / Soudeuse", "CDI")
    assert (urgency.event.place, urgency.event.quantity) == ("Héricourt", 2)
    assert urgency.event.received_at == FRIDAY
    assert urgency.event.occurred_at is not None
    assert urgency.metadata.correlation_id == reported.visit_id
    assert urgency.metadata.causation_id == visit.metadata.id
    assert (visit.metadata.causation_id, visit.metadata.sequence) == (KEY, 1)


def test_the_alert_of_a_need_is_known_before_it_is_raised(territory: Territory) -> None:
    """The answer names the alert, derived from territory, visit and need."""
    reported = territory.report(report())

    need = territory.store.file(HERE, reported.visit_id).needs[0]
    assert reported.alert_ids == (derived_id(HERE, reported.visit_id, need.id),)


def test_a_firm_being_created_has_no_siret_and_is_nobody_else(territory: Territory) -> None:
    """Two firms without a SIRET are two visits that share nothing."""
    body = report(enterprise={"name": "Atelier à naître", "siret": None, "commune": "Delle"})

    first = territory.report(body, key="first-key")
    second = territory.report(body, key="second-key")

    assert first.visit_id != second.visit_id
    assert told(territory)[0].event.siret is None


def test_the_same_report_said_twice_has_one_effect_and_one_answer(territory: Territory) -> None:
    """A replay answers as before and writes nothing, even when a date has passed meanwhile."""
    first = territory.report(report())
    kept = dict(territory.table.items)

    territory.clock.now_is = FRIDAY + timedelta(days=60)

    assert territory.report(report()) == first
    assert territory.table.items == kept


def test_a_key_used_for_another_report_is_refused(territory: Territory) -> None:
    """A forged or recycled key never answers for something else."""
    territory.report(report())

    with pytest.raises(Invalid) as refused:
        territory.report(report(mode="phone"))
    assert refused.value.code == "cle-idempotence-reutilisee"


def test_the_keys_of_two_members_do_not_meet(territory: Territory) -> None:
    """Another member's key, guessed or overheard, opens nothing."""
    mine = territory.report(report())

    assert territory.report(report(), who="rival") != mine


class Racing(MemoryTable):
    """A table in which another try of the same request wins just before the first write; `breaks` says what the loser sees."""

    def __init__(self, breaks: Exception | None = None) -> None:
        super().__init__()
        self.breaks = breaks
        self.raced = False

    def write(self, *writes: Write) -> None:
        if not self.raced:
            self.raced = True
            super().write(*writes)
            if self.breaks:
                raise self.breaks
        super().write(*writes)


@pytest.mark.parametrize("breaks", [None, Unavailable("Transaction annulée : TransactionConflict.")])
def test_the_loser_of_a_double_click_tells_the_winners_answer(breaks: Exception | None) -> None:
    """Two sends at once leave one visit, whether the second finds the key taken or its transaction cancelled."""
    territory = Territory(table=Racing(breaks))

    reported = territory.report(report())

    assert [item["pk"] for item in territory.kept("/VISIT")] == [visit_pk(HERE, reported.visit_id)]


class Twin(MemoryTable):
    """A table where the twin of the request is still being written at the first try, and has been at the next."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False

    def write(self, *writes: Write) -> None:
        if not self._begun:
            self._begun = True
            raise Contended
        if not self.items:
            super().write(*writes)
        super().write(*writes)


def test_the_second_of_two_clicks_waits_for_the_first() -> None:
    """Neither of the two is shown an error: the visit stands once."""
    territory = Territory(table=Twin())

    reported = territory.report(report())

    assert [item["pk"] for item in territory.kept("/VISIT")] == [visit_pk(HERE, reported.visit_id)]


def test_a_table_that_does_not_answer_is_not_taken_for_a_success() -> None:
    """An outage before anything was written is told as an outage."""

    class Down(MemoryTable):
        def write(self, *_writes: Write) -> None:
            raise Unavailable("AWS : délai dépassé.")

    with pytest.raises(Unavailable):
        Territory(table=Down()).report(report())


@pytest.mark.parametrize("who", ["agency"])
def test_who_visits_no_enterprise_reports_none(territory: Territory, who: str) -> None:
    """The agency's and the recipients' roles do not report visits."""
    with pytest.raises(Forbidden):
        territory.report(report(), who=who)


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (report(visited_on="2026-11-28"), "/visited_on", "futur"),
        (report(visited_on="2025-11-01"), "/visited_on", "plus d’un an"),
        (report(enterprise={"name": "A", "siret": "73282932000079", "commune": "B"}), "/enterprise/siret", "clé"),
        (report(enterprise={"name": "A", "siret": SIRET, "commune": "B", "naf": "x"}), "/enterprise/naf", "NAF"),
        (report(enterprise={"name": "A", "siret": SIRET, "commune": "B", "insee": "7"}), "/enterprise/insee", "INSEE"),
        (report(needs=[urgent(rome_code="H2999")]), "/needs/0/recruitment/rome_code", "Les plus proches : H29"),
        (report(needs=[urgent(wanted_on="2026-11-26")]), "/needs/0/recruitment/wanted_on", "déjà passée"),
        (report(needs=[urgent(wanted_on="2062-12-01")]), "/needs/0/recruitment/wanted_on", "plus de deux ans"),
        (report(needs=[{"theme": "recruitment", "urgency": "urgent"}]), "/needs/0/recruitment", "quel poste"),
        (report(needs=[urgent() | {"theme": "skills"}]), "/needs/0/recruitment", "que pour un recrutement urgent"),
    ],
)
def test_a_broken_rule_is_told_where_it_is_and_leaves_nothing(
    territory: Territory, body: dict[str, Any], place: str, words: str
) -> None:
    """Each refusal stands at the pointer of what caused it, in French, and nothing is half done."""
    found = refusals(territory, body)

    assert list(found) == [place]
    assert words in found[place]


def test_all_that_is_wrong_is_told_at_once(territory: Territory) -> None:
    """Nobody corrects one field to discover the next."""
    body = report(visited_on="2027-01-01", needs=[urgent(rome_code="Z1", wanted_on="2020-01-01")])

    assert len(refusals(territory, body)) == 3


def test_today_is_the_day_in_paris(territory: Territory) -> None:
    """Late in the evening UTC, the visit of the Paris day that has begun is not in the future."""
    territory.clock.now_is = FRIDAY.replace(hour=23, minute=30)

    assert territory.report(report(visited_on="2026-11-28")).visit_id


def test_what_cannot_be_seen_is_stripped_from_texts() -> None:
    """Control and invisible characters never reach an e-mail, a text or a page."""
    body = report(enterprise={"name": "Hor\x00lo\u200bgerie\r\n du \u202eLion", "siret": None, "commune": " Delle "})

    enterprise = ReportVisit.model_validate(body).enterprise
    assert enterprise is not None
    assert (enterprise.name, enterprise.commune) == ("Horlogerie du Lion", "Delle")


def test_visits_without_an_urgent_need_alert_nobody(territory: Territory) -> None:
    """An ordinary need is kept and told with the visit, and raises no alert."""
    need = {"theme": "skills", "description": "Former trois soudeurs."}

    reported = territory.report(report(needs=[need]))

    assert reported.alert_ids == ()
    assert [fact.event.detail_type for fact in told(territory)] == ["VisitReported.v1", "NeedReported.v1"]
