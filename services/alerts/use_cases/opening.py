"""An urgent need that a capteur reported becomes an alert, and the coordinator is told at once."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from services.alerts.rules.alert import Enterprise, Origin, Place, Post, Rome, alert_id, duplicate_key
from services.alerts.rules.commands import Raise
from services.alerts.rules.facts import Actor, Role
from services.alerts.store import alike_mark, enterprise_mark
from services.alerts.use_cases.commanding import Order, persist, settle
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome
from shared.address_book import Directory
from shared.clock import day_in_paris
from shared.errors import Unreadable
from shared.events import Recorded
from shared.events.visits import UrgentRecruitmentReported
from shared.tables import Put


def open_alert(desk: Desk, recorded: Recorded[UrgentRecruitmentReported]) -> None:
    """Opens the alert of this need, once however often the need is reported.

    Raises Unreadable when the report breaks a rule of alerts, NotFound for a territory that is not in the directory.
    """
    territory_id = recorded.metadata.territory_id
    identity = alert_id(territory_id, recorded.event.visit_id, recorded.event.need_id)
    persist(lambda: _attempt(desk, recorded, identity))


def _attempt(desk: Desk, recorded: Recorded[UrgentRecruitmentReported], identity: str) -> Outcome:
    territory_id = recorded.metadata.territory_id
    known = desk.store.find(territory_id, identity)
    if known:
        return Outcome(alert_id=identity, version=known.version, state=known.state, changed=False)
    directory = desk.book.directory(territory_id)
    command = _raise(recorded, desk, directory)
    marks = [*_marks(recorded, identity), *_alike_marks(command, identity)]
    return settle(desk, Order(territory_id, identity, command, recorded.metadata.id, beside=marks), None, directory)


def _marks(recorded: Recorded[UrgentRecruitmentReported], identity: str) -> list[Put]:
    """Where the enterprise's page finds the alert; a report that does not know the enterprise has no such page."""
    event = recorded.event
    enterprise_id = event.enterprise_id or event.siret
    if enterprise_id is None:
        return []
    return [enterprise_mark(identity, recorded.metadata.territory_id, enterprise_id, event.received_at)]


def _alike_marks(command: Raise, identity: str) -> list[Put]:
    """Where the pages of other alerts find this one, to ask whether it is the same need."""
    key = duplicate_key(command.enterprise, command.post)
    return [alike_mark(identity, command.territory_id, key, command.received_at)] if key else []


def _raise(recorded: Recorded[UrgentRecruitmentReported], desk: Desk, directory: Directory) -> Raise:
    event = recorded.event
    try:
        return Raise(
            actor=Actor(kind="human", id=event.member_id, role=Role.CAPTEUR),
            at=desk.clock.now(),
            territory_id=recorded.metadata.territory_id,
            origin=_origin(event),
            enterprise=Enterprise(name=event.enterprise_name, commune=event.commune or event.place, siret=event.siret),
            post=_post(event),
            occurred_at=event.occurred_at,
            received_at=event.received_at,
            coordinator_id=_coordinator(directory, day_in_paris(desk.clock.now())),
        )
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:5])
        raise Unreadable(f"Besoin urgent irrecevable : {places}.", code="contenu-illisible") from None


def _coordinator(directory: Directory, today: date) -> str | None:
    """Whom the agency may call: the first coordinator who is there, else the first one's deputy."""
    coordinators = directory.having("coordinator")
    there = (directory.standing_in(member, today) for member in coordinators)
    present = [member.id for member in coordinators if not member.is_absent(today)]
    return next(iter([*present, *(person.id for person in there if person), *(each.id for each in coordinators)]), None)


def _origin(event: UrgentRecruitmentReported) -> Origin:
    return Origin(
        visit_id=event.visit_id,
        need_id=event.need_id,
        structure_id=event.structure_id,
        member_id=event.member_id,
    )


def _post(event: UrgentRecruitmentReported) -> Post:
    return Post(
        title=event.post,
        quantity=event.quantity,
        contract=event.contract_label,
        place=Place(commune=event.place),
        rome=Rome(code=event.rome_code, label=event.rome_label),
        wanted_on=event.wanted_on,
    )
