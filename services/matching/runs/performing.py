"""Carries out an order: a nightly run, a committee's, or a scenario; the same order twice has one effect."""

from __future__ import annotations

from dataclasses import replace

from services.matching.runs.deciding import Decisions, Ids
from services.matching.runs.desk import RunDesk, Scene, scene_of
from services.matching.runs.gathering import Inputs
from services.matching.runs.record import Compared, Order, RunHead, completed, head_of
from services.matching.runs.run import Run, dump
from services.matching.runs.running import run
from services.matching.runs.scenario import Scenario, compared, play
from services.matching.runs.store import head_put
from services.matching.runs.suggesting import Suggesting
from services.matching.runs.writing import replace_suggested
from services.matching.teller import Teller
from shared.clock import day_in_paris
from shared.errors import Invalid
from shared.tables import ConditionFailed, Write


def perform(order: Order, desk: RunDesk) -> RunHead:
    """The head of the run, new or earlier.

    Body, then suggestions, then head and fact in one transaction: cut off, the same order takes up where it was. Raises
    `Contradiction`, Invalid, NotFound, TooLarge, Unavailable.
    """
    earlier = desk.runs.found(order.territory_id, order.run_id)
    if earlier is not None:
        return earlier
    started = desk.clock.now()
    scene = scene_of(order.territory_id, day_in_paris(order.asked_at), desk)
    inputs = scene.inputs()
    done, comparison = _done(order, scene, inputs)
    body = dump(done)
    desk.runs.put_body(order.territory_id, order.run_id, body)
    teller = Teller(order.asked_by, order.run_id, desk.clock.now(), desk.new_id)
    if order.kind == "nightly":
        days = scene.settings.answer_days
        suggesting = Suggesting(order.run_id, done.reference, inputs, scene.standing, days, teller.now)
        replace_suggested(done.proposals, suggesting, desk.matches, teller)
    head = head_of(order, done, body, (started, desk.clock.now()), comparison)
    return _kept(head, teller, desk)


def _done(order: Order, scene: Scene, inputs: Inputs) -> tuple[Run, Compared | None]:
    decisions = _decided(order.decisions, scene)
    if order.kind != "scenario":
        return run(inputs, scene.reference, scene.settings, decisions), None
    if order.scenario is None:
        raise Invalid("Un scénario dit ce qui change.", code="scenario")
    base = run(inputs, scene.reference, scene.settings, decisions.among(inputs))
    return _played(order.scenario, scene, decisions, base)


def _played(scenario: Scenario, scene: Scene, decisions: Decisions, base: Run) -> tuple[Run, Compared]:
    done = play(
        scenario,
        scene.jobs,
        scene.reference,
        scene.on,
        scene.settings,
        decisions=decisions,
        taken=scene.taken,
    )
    told = compared(scenario.name, base, done)
    return done, Compared(
        placed_before=told.placed_before, objective_before=told.objective_before, summary=told.summary
    )


def _decided(decisions: Decisions, scene: Scene) -> Decisions:
    """With the pairs that people have already answered to set aside, unless the committee decides one now."""
    now = {Ids(one.job_id, one.opening_id) for one in decisions.frozen}
    return replace(decisions, vetoes=decisions.vetoes | (scene.standing.vetoes - now))


def _kept(head: RunHead, teller: Teller, desk: RunDesk) -> RunHead:
    writes: list[Write] = [head_put(head)]
    if head.kind != "scenario":  # nobody else's business
        writes.append(teller.of(head.territory_id, head.id, 1, completed(head)))
    try:
        desk.runs.write(*writes)
    except ConditionFailed:
        return desk.runs.head(head.territory_id, head.id)
    return head
