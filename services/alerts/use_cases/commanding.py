"""Carries out one command on one alert: read, decide, find the recipients, write it all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from services.alerts.deliveries.recipients import planned
from services.alerts.deliveries.store import creation
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Asked, Command, member
from services.alerts.rules.decisions import Context, decide
from services.alerts.use_cases.chaining import followed_up
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Moved, Outcome
from services.alerts.use_cases.recording import Cause, Step, record
from services.alerts.use_cases.surroundings import context
from shared.address_book import Directory
from shared.errors import Conflict, Invalid, Unavailable
from shared.idempotency import Request
from shared.tables import ConditionFailed, Contended, Put, Write
from shared.web.problems import from_validation

A = TypeVar("A", bound=Asked)

ATTEMPTS = 4
"""Readings of an alert that keeps moving, before giving up for now."""


@dataclass(frozen=True)
class Order:
    """A command and where it comes from.

    `cause` is the event or request that asks for it; `request` makes it happen once however often it is sent; `beside`
    is written with it, if it changes anything.
    """

    territory_id: str
    alert_id: str
    command: Command
    cause: str
    request: Request | None = None
    beside: Sequence[Write] = ()


@dataclass(frozen=True)
class Ask:
    """A person asks something of an alert, as they saw it (`expected_version`), in one request."""

    territory_id: str
    alert_id: str
    member_id: str
    roles: tuple[str, ...]
    at: datetime
    request: Request
    expected_version: int | None = None

    def command(self, kind: type[A], **fields: Any) -> A:
        """That command in the name of this person; raises Invalid with a message for each field that breaks a rule."""
        actor = member(self.member_id, self.roles, kind)
        return filled_in(kind, actor=actor, at=self.at, expected_version=self.expected_version, **fields)

    def order(self, command: Command, *beside: Write) -> Order:
        """The command, to carry out once for this request."""
        return Order(self.territory_id, self.alert_id, command, self.request.key, self.request, beside)


def filled_in(kind: type[A], **fields: Any) -> A:
    """A command from what somebody typed; raises Invalid with a message for each field that breaks a rule."""
    if fields.get("reason") is not None and fields["reason"] not in kind.reasons:
        raise Invalid("Un motif est à choisir.", fields={"/reason": "Choisissez un motif dans la liste."})
    try:
        return kind(**fields)
    except ValidationError as error:
        raise from_validation(dict(problem) for problem in error.errors()) from None


def carry_out(desk: Desk, order: Order) -> Outcome:
    """The command's effect and its messages in one transaction; the same request again gets the same answer.

    Raises NotFound, Forbidden and Invalid as the reducer does; Moved when the alert has changed since the expected
    version; Unavailable when it keeps changing under our hands.
    """
    return persist(lambda: _attempt(desk, order))


def act(desk: Desk, ask: Ask, kind: type[Asked], **fields: Any) -> Outcome:
    """The commands that need nothing but themselves: acknowledge, fill, close, cancel, reject, reopen, correct."""
    command = cast(Command, ask.command(kind, **fields))  # the union names every kind of Asked
    return carry_out(desk, ask.order(command))


def persist(attempt: Callable[[], Outcome]) -> Outcome:
    """Begins again when somebody else has written first; raises Unavailable after the fourth time."""
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except (ConditionFailed, Contended):
            continue
    raise Unavailable("Cette alerte est modifiée par plusieurs personnes à la fois : recommencez dans un instant.")


def _attempt(desk: Desk, order: Order) -> Outcome:
    answer = order.request and desk.store.answered(order.request)
    if answer:
        return Outcome.model_validate(answer)
    before = desk.store.get(order.territory_id, order.alert_id)
    return settle(desk, order, before, desk.book.directory(order.territory_id))


def settle(desk: Desk, order: Order, before: Alert | None, directory: Directory) -> Outcome:
    """Decides upon the alert as it was read, and writes; raises ConditionFailed when it has changed meanwhile."""
    steps = _decided(before, order.command, directory, context(desk, directory, order.command.at))
    alert = steps[-1].decision.alert
    changed = steps[0].decision.changed
    outcome = Outcome(alert_id=order.alert_id, version=alert.version, state=alert.state, changed=changed)
    claim = [order.request.claim(outcome.model_dump(), order.command.at)] if order.request else []
    if changed:
        cause = Cause(order.command.at, order.cause, desk.new_id(order.command.at))
        record(desk.store, before, steps, cause, (*claim, *order.beside, *messages(steps, directory, cause.at)))
    elif claim:
        desk.store.remember(*claim)
    return outcome


def _decided(before: Alert | None, command: Command, directory: Directory, around: Context) -> list[Step]:
    try:
        decision = decide(before, command, directory.territory.settings, around)
    except Conflict as refusal:
        raise (Moved(refusal, before) if before else refusal) from None
    return followed_up(Step(decision, command.actor), command.at, directory, around)


def messages(steps: Sequence[Step], directory: Directory, now: datetime) -> list[Put]:
    """The writes of all that the decisions say to people and partners."""
    notices = [notice for step in steps for notice in step.decision.notices]
    plan = planned(notices, steps[-1].decision.alert, directory, now)
    return [*map(creation, plan.deliveries), *map(creation, plan.rounds)]
