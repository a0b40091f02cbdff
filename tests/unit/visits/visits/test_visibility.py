"""Who reads which part of a visit: every role, structure, consent, state and part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product
from typing import Any, get_args

import pytest

from services.visits.establishment import Establishment
from services.visits.lifecycle import WITH_REPORT, VisitState
from services.visits.need import Need
from services.visits.questionnaire.answers import AnswerGiven
from services.visits.report import Move, Report
from services.visits.store import VisitFile
from services.visits.visibility import Part, parts_read, reads, visible, visible_visit
from services.visits.visit import Visit
from shared.address_book import Membership, Role
from shared.errors import NotFound
from shared.identity import Caller

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ROLES: tuple[Role, ...] = get_args(Role)
VISITORS = {"capteur", "manager"}
COORDINATION = {"coordinator", "deputy"}
ALL: set[Part] = {"existence", "shared", "follow_up", "private"}


def caller(role: Role, structure: str = "cci", territory: str = "here") -> Caller:
    """Somebody with one role."""
    membership = Membership(
        territory_id=territory,
        territory_name="Ici",
        structure_id=structure,
        structure_name="CCI",
        member_id="m",
        roles=(role,),
    )
    return Caller("subject", "Claude", membership)


def visit(state: VisitState = "reported", *, consent: bool = False) -> Visit:
    """A visit of the CCI."""
    return Visit(
        id="v",
        territory_id="here",
        version=1,
        state=state,
        structure_id="cci",
        structure_name="CCI",
        member_id="m",
        capteurs=("m",),
        enterprise_id="e",
        establishment=Establishment(name="Horlogerie", commune="Delle"),
        day=date(2026, 11, 26),
        planned_on=date(2026, 11, 26),
        motive="other",
        consent_to_share=consent,
        recorded_at=NOW,
    )


def answer(name: str, *, shared: bool) -> AnswerGiven:
    """An answer to a question of that name."""
    return AnswerGiven(
        question_id=name, section="s", label=name, kind="integer", value=1, value_labels=("1",), shared=shared
    )


def file(*, consent: bool) -> VisitFile:
    """A visit with everything, corrected once."""
    said: dict[str, Any] = {
        "author": "m",
        "recorded_at": NOW,
        "enterprise_id": "e",
        "enterprise_name": "Horlogerie",
        "visited_on": date(2026, 11, 26),
        "mode": "on_site",
        "persons_met": ("Gérante",),
        "capteurs": ("m",),
        "answers": (answer("open", shared=True), answer("kept", shared=False)),
        "private_text": "entre nous",
        "shared_text": "pour le comité",
        "reason": "erreur",
    }
    need = Need(
        id="n",
        territory_id="here",
        visit_id="v",
        theme="other",
        theme_label="Autre",
        urgency="ordinary",
        description="Un besoin",
        recorded_at=NOW,
    )
    move = Move(version=1, act="reschedule", state="rescheduled", member_id="m", recorded_at=NOW, reason="absente")
    reports = tuple(Report(revision=number, **said) for number in (1, 2))
    return VisitFile(visit(consent=consent), (need,), reports, (move,))


def expected(role: Role, own: bool, consent: bool, state: VisitState) -> set[Part]:
    """The rule, said another way than the code says it."""
    if own and role in VISITORS | COORDINATION:
        return ALL
    if role in COORDINATION:
        return ALL - {"private"}
    if role in VISITORS and consent and state in WITH_REPORT:
        return {"existence", "shared"}
    return set()


CASES = list(product(ROLES, (True, False), (True, False), get_args(VisitState), get_args(Part)))


@pytest.mark.parametrize(("role", "own", "consent", "state", "part"), CASES)
def test_each_part_is_read_by_those_whom_the_rule_names(
    role: Role, own: bool, consent: bool, state: VisitState, part: Part
) -> None:
    """Role by structure by consent by state by part."""
    who = caller(role, "cci" if own else "opco")

    assert reads(who, visit(state, consent=consent), part) is (part in expected(role, own, consent, state))


@pytest.mark.parametrize("role", ROLES)
def test_another_territory_reads_nothing(role: Role) -> None:
    """Not even with the same structure and with consent."""
    assert not parts_read(caller(role, territory="elsewhere"), visit(consent=True))


def test_its_structure_reads_everything() -> None:
    """Nothing is taken from those who wrote it."""
    whole = file(consent=False)

    assert visible(caller("capteur"), whole) == whole


def test_the_coordination_reads_neither_private_text_nor_private_answers() -> None:
    """Of any revision: what was private once stays so."""
    seen = visible(caller("coordinator", "md3e"), file(consent=False))

    assert len(seen.reports) == 2
    assert {report.private_text for report in seen.reports} == {None}
    assert {each.question_id for report in seen.reports for each in report.answers} == {"open"}
    assert (seen.needs[0].description, len(seen.moves)) == ("Un besoin", 1)


def test_another_structure_reads_what_is_shared_and_no_person() -> None:
    """With consent: the report in force, without who went, whom they met, and why it was corrected."""
    seen = visible(caller("capteur", "opco"), file(consent=True))

    assert [report.revision for report in seen.reports] == [2]
    report = seen.reports[0]
    assert (report.shared_text, report.private_text, report.reason) == ("pour le comité", None, None)
    assert (report.author, report.capteurs, report.persons_met) == ("", (), ())
    assert (seen.visit.member_id, seen.visit.capteurs, seen.visit.motive, seen.moves) == ("", (), None, ())


@pytest.mark.parametrize("role", [role for role in ROLES if role not in COORDINATION])
def test_without_consent_another_structure_is_told_that_there_is_nothing(role: Role) -> None:
    """A visit that may not be read answers as one that does not exist."""
    with pytest.raises(NotFound):
        visible(caller(role, "opco"), file(consent=False))


def test_a_list_hides_what_the_page_hides() -> None:
    """The line of a list says no more than the visit's own page."""
    whole = file(consent=True)
    peer = caller("manager", "opco")

    assert visible_visit(peer, whole.visit) == visible(peer, whole).visit
