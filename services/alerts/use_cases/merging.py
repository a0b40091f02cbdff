"""The coordinator says that two alerts are one need: one is kept with both reports, the other ends and names it.

Both are written in one transaction. Reopening the one that ended undoes it.
"""

from __future__ import annotations

from services.alerts.rules.alert import Alert, Occurrence
from services.alerts.rules.commands import Absorb, Merge, member
from services.alerts.rules.decisions import decide
from services.alerts.rules.facts import Reason
from services.alerts.use_cases.commanding import Ask, messages, persist, settle
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.likeness import are_alike
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.recording import Cause, Step, recorded
from services.alerts.use_cases.surroundings import context
from shared.address_book import Directory
from shared.errors import Invalid
from shared.tables import Write

NOT_ALIKE = "Cette autre alerte n’est pas, ou plus, un doublon possible : rouvrez la page pour voir où elles en sont."


def merge(desk: Desk, ask: Ask, into: str) -> Outcome:
    """Ends the alert of `ask` as a duplicate of `into`, which keeps its report.

    Raises Invalid when the two do not look alike, Moved when either has changed in a way that matters.
    """
    return persist(lambda: _attempt(desk, ask, into))


def _attempt(desk: Desk, ask: Ask, into: str) -> Outcome:
    answer = desk.store.answered(ask.request)
    if answer:
        return Outcome.model_validate(answer)
    ended = desk.store.get(ask.territory_id, ask.alert_id)
    kept = desk.store.find(ask.territory_id, into)
    if not ended.state.is_terminal and (kept is None or not are_alike(ended, kept)):
        raise Invalid(NOT_ALIKE, fields={"/into": "Choisissez l’alerte à garder."})
    directory = desk.book.directory(ask.territory_id)
    command = ask.command(Merge, into=into, reason=Reason.DUPLICATE)
    return settle(desk, ask.order(command, *_absorbed(desk, ask, ended, kept, directory)), ended, directory)


def _absorbed(desk: Desk, ask: Ask, ended: Alert, kept: Alert | None, directory: Directory) -> list[Write]:
    """The kept alert with one report more: written only if the other one ends."""
    if kept is None or ended.state.is_terminal:
        return []
    actor = member(ask.member_id, ask.roles, Absorb)
    report = Occurrence(alert_id=ended.alert_id, origin=ended.origin, received_at=ended.received_at, at=ask.at)
    command = Absorb(actor=actor, at=ask.at, occurrence=report)
    decision = decide(kept, command, directory.territory.settings, context(desk, directory, ask.at))
    if not decision.changed:
        return []
    steps = [Step(decision, actor)]
    cause = Cause(ask.at, ask.request.key, desk.new_id(ask.at))
    return [*recorded(kept, steps, cause), *messages(steps, directory, ask.at)]
