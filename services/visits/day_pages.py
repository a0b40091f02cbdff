"""Ma journée: what is planned today and tomorrow, what is late, what is reserved, and the way to an alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from services.visits.hours import french_hour
from services.visits.lifecycle import VisitState
from services.visits.programmes.store import ProgrammeStore
from services.visits.programmes.target import Claim, Target
from services.visits.reading import Criteria, visible_visits
from services.visits.site import Site
from services.visits.store import Days
from services.visits.visit import MODES
from shared.identity import Caller

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from services.visits.register.enterprise import Enterprise
    from services.visits.visit import Visit

TO_COME: tuple[VisitState, ...] = ("planned", "rescheduled")
LATE: tuple[VisitState, ...] = (*TO_COME, "done")
LOOK_BACK = timedelta(days=60)
"""How long ago what waits may have been planned."""
MOST = 50
MAP = "https://www.openstreetmap.org/directions?"


class Stop(NamedTuple):
    """A visit of the day as its page shows it."""

    visit: Visit
    hour: str
    address: str
    itinerary: str


class Held(NamedTuple):
    """An enterprise that is reserved, and until when."""

    target: Target
    claim: Claim


@dataclass(frozen=True)
class DayPages:
    """The page of the day."""

    site: Site
    desk: VisitDesk

    def show(self) -> Response[str]:
        caller, today = self.site.reporter(), self.desk.today()
        tomorrow = today + timedelta(days=1)
        coming = self._mine(caller, Days(today, tomorrow), TO_COME)
        known = self.desk.register.known(caller.territory_id, [visit.enterprise_id for visit in coming])
        stops = [_stop(visit, known.get(visit.enterprise_id)) for visit in sorted(coming, key=_by_hour)]
        context = {
            "today": today,
            "days": [(name, day, [stop for stop in stops if stop.visit.day == day]) for name, day in _names(today)],
            "waiting": self._waiting(caller, today),
            "claims": self._claims(caller),
            "plan": [_planned(stop.visit) for stop in stops],
            "first_name": caller.name.partition(" ")[0],
            "member_id": caller.member_id,
            "territory_id": caller.territory_id,
            "modes": MODES,
        }
        return self.site.show("visits/day.html", context)

    def register(self) -> None:
        """Adds the route."""
        self.site.app.get("/journee")(self.show)

    def _waiting(self, caller: Caller, today: date) -> list[Visit]:
        """What was done without a report, and what was planned and has not been heard of, the oldest first."""
        past = self._mine(caller, Days(today - LOOK_BACK, today), LATE)
        late = [visit for visit in past if visit.state == "done" or visit.day < today]
        return sorted(late, key=lambda visit: (visit.day, visit.id))

    def _claims(self, caller: Caller) -> list[Held]:
        """The enterprises that the caller has reserved in the programmes of their structure, the first to lapse first."""
        store, now = ProgrammeStore(self.desk.store.table), self.desk.clock.now()
        structure = caller.membership.structure_id
        own = [one for one in store.programmes(caller.territory_id) if one.structure_id == structure]
        active = [one for one in own if one.state == "active"]
        targets = [target for one in active for target in store.claimed_by(one, caller.member_id)]
        held = [Held(target, claim) for target in targets if (claim := target.claim_at(now))]
        return sorted(held, key=lambda one: (one.claim.until, one.target.name))

    def _mine(self, caller: Caller, days: Days, states: tuple[VisitState, ...]) -> list[Visit]:
        """The visits of these days that the caller makes."""
        criteria = Criteria(states=states, days=days, structure_id=caller.membership.structure_id)
        found = visible_visits(caller, self.desk.store, MOST, None, criteria).visits
        return [visit for visit in found if caller.member_id in (visit.capteurs or (visit.member_id,))]


def _names(today: date) -> list[tuple[str, date]]:
    return [("Aujourd’hui", today), ("Demain", today + timedelta(days=1))]


def _by_hour(visit: Visit) -> tuple[date, str, str]:
    """What has no hour comes last."""
    return visit.day, visit.planned_at or "~", visit.id


def _stop(visit: Visit, known: Enterprise | None) -> Stop:
    street = known.address if known and known.address and known.diffusible else ""
    town = " ".join(filter(None, [known.postcode if known else "", visit.establishment.commune]))
    address = ", ".join(filter(None, [street, town]))
    return Stop(visit, french_hour(visit.planned_at), address, MAP + urlencode({"to": address}))


def _planned(visit: Visit) -> dict[str, Any]:
    """What a telephone keeps of a planned visit."""
    place = visit.establishment
    return {
        "visit_id": visit.id,
        "enterprise_id": visit.enterprise_id,
        "siret": place.siret,
        "name": place.name,
        "commune": place.commune,
        "insee": place.insee,
        "planned_on": visit.planned_on.isoformat() if visit.planned_on else None,
        "planned_at": visit.planned_at,
        "version": visit.version,
    }
