"""The life of a declared job: heard of once, confirmed, corrected by nobody else, set aside after 90 days, ended once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.matching.jobs import rules
from services.matching.jobs.acting import Asked, act
from services.matching.jobs.commands import ConfirmJob, LoseJob, SolveJob
from services.matching.jobs.hearing import Hearing
from services.matching.jobs.job import JobAtRisk
from services.matching.jobs.staling import Staling
from shared.errors import Conflict, Forbidden, NotFound
from shared.events import Event, Metadata, Recorded
from shared.events.parts import JobsTold, OpeningTold
from shared.events.visits_needs import JobsAtRiskReported, OpeningsReported
from tests.unit.matching.jobs.desk_scene import HERE, NOW, Scene

JOBS = JobsTold(
    rome_code="H2909",
    rome_label="Assembleur",
    quantity=4,
    horizon_on=date(2027, 3, 31),
    cause="definitive",
    cause_label="Suppression définitive",
)
REPORTED = JobsAtRiskReported(visit_id="v1", need_id="n1", structure_id="cci", commune="25388", jobs=(JOBS, JOBS))
JOB = "n1-01"


def told(event: Event) -> Recorded[Event]:
    return Recorded(
        Metadata(
            id="e1",
            occurred_at=NOW,
            recorded_at=NOW,
            territory_id=HERE,
            actor="claire",
            correlation_id="v1",
            causation_id="c1",
            sequence=1,
        ),
        event,
    )


def scene_with_jobs() -> Scene:
    scene = Scene()
    Hearing(scene.store, scene.clock, scene.desk.new_id).hear(told(REPORTED))
    return scene


def job_of(scene: Scene) -> JobAtRisk:
    return scene.store.job_at_risk(HERE, JOB)


def asked(scene: Scene, member: str = "claire", structure: str = "cci", key: str = "1") -> Asked:
    caller = scene.caller(member, structure)
    return Asked("at_risk", JOB, scene.request(key, caller), caller)


def test_what_a_visit_reports_is_declared_once() -> None:
    """Each job of the fact, under an id that a second telling finds again; what has become of it stays."""
    scene = scene_with_jobs()
    act(SolveJob(expected_version=1), asked(scene), scene.desk)
    Hearing(scene.store, scene.clock, scene.desk.new_id).hear(told(REPORTED))

    assert [job.id for job in scene.store.jobs_at_risk(HERE)] == ["n1-01", "n1-02"]
    assert job_of(scene).state == "resolved"
    assert len(scene.told()) == 3


def test_jobs_told_without_a_commune_stay_in_confidence() -> None:
    """The visit left the commune out on purpose."""
    scene = Scene()
    hidden = REPORTED.model_copy(update={"commune": None})
    Hearing(scene.store, scene.clock, scene.desk.new_id).hear(told(hidden))

    assert job_of(scene).confidential


def test_openings_of_a_visit_are_declared_too() -> None:
    """What is to be filled, though nothing urges."""
    scene = Scene()
    part = OpeningTold(
        rome_code="B1604",
        rome_label="Horloger",
        quantity=2,
        contract="cdi",
        contract_label="CDI",
        wanted_on=date(2027, 1, 15),
    )
    event = OpeningsReported(visit_id="v1", need_id="n2", structure_id="cci", commune="25056", openings=(part,))
    Hearing(scene.store, scene.clock, scene.desk.new_id).hear(told(event))

    assert [(job.id, job.people, job.urgent) for job in scene.store.openings(HERE)] == [("n2-01", 2, False)]


def test_a_confirmation_puts_the_ninety_days_back() -> None:
    """And is told with its day."""
    scene = scene_with_jobs()
    scene.clock.now_is = NOW + timedelta(days=80)
    act(ConfirmJob(expected_version=1), asked(scene), scene.desk)

    assert (job_of(scene).state, job_of(scene).confirmed_on) == ("confirmed", date(2027, 2, 15))
    assert scene.told()[-1].event.confirmed_on == date(2027, 2, 15)


@pytest.mark.parametrize(("days", "marked"), [(90, 0), (91, 2)])
def test_what_nobody_confirms_is_set_aside_after_ninety_days(days: int, marked: int) -> None:
    """Not on the ninetieth day; once; and whoever confirms it later brings it back."""
    scene = scene_with_jobs()
    scene.clock.now_is = NOW + timedelta(days=days)
    staling = Staling(scene.store, scene.book, scene.clock, scene.desk.new_id)

    assert staling.stale(HERE) == marked
    assert staling.stale(HERE) == 0
    if marked:
        act(ConfirmJob(expected_version=2), asked(scene), scene.desk)
        assert job_of(scene).state == "confirmed"


def test_another_structure_does_not_speak_for_the_enterprise() -> None:
    """The coordination does; another territory's job does not exist."""
    scene = scene_with_jobs()
    with pytest.raises(Forbidden):
        act(ConfirmJob(expected_version=1), asked(scene, "karim", "opco"), scene.desk)
    carole = scene.caller("carole", "md3e", "coordinator")
    act(ConfirmJob(expected_version=1), Asked("at_risk", JOB, scene.request("2", carole), carole), scene.desk)
    with pytest.raises(NotFound):
        scene.store.job_at_risk("vesoul", JOB)

    assert job_of(scene).state == "confirmed"


def test_an_end_is_an_end() -> None:
    """Said twice by the same request it is the same; another one is refused in words, as is a version that has moved."""
    scene = scene_with_jobs()
    act(LoseJob(expected_version=1, reason="Site fermé."), asked(scene), scene.desk)
    act(LoseJob(expected_version=1, reason="Site fermé."), asked(scene), scene.desk)
    with pytest.raises(Conflict, match=r"close \(perdu\)"):
        act(ConfirmJob(expected_version=2), asked(scene, key="2"), scene.desk)
    with pytest.raises(Conflict, match="changé entre-temps"):
        act(ConfirmJob(expected_version=1), asked(scene, key="3"), scene.desk)

    assert (job_of(scene).state, job_of(scene).version) == ("lost", 2)


def test_a_job_is_in_a_match_while_one_holds() -> None:
    """It is sought for again when the last one has come to nothing; a correction does not take it out of its match."""
    job = job_of(scene_with_jobs())
    met = rules.taken_up(job)
    again = rules.let_go(met)

    assert (met.state, rules.taken_up(met).version, again.state) == ("in_match", met.version, "confirmed")
    assert rules.corrected(met, NOW.date(), people=3).state == "in_match"
    assert not rules.is_stale(met, NOW.date() + timedelta(days=400), 90)
    assert rules.let_go(rules.solved(met, NOW.date())).state == "resolved"
