"""The plan of a capteur's visits as an iCalendar feed (RFC 5545): days, hours, places, and no contact details."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.programmes.calendar_store import CalendarStore, Feed
from services.visits.visit_keys import said_by_keys
from shared.address_book import AddressBook, Directory
from shared.clock import PARIS, Clock, day_in_paris
from shared.errors import NotFound
from shared.tables import Item, TableClient
from shared.web.responses import SECURITY

if TYPE_CHECKING:
    from icalendar import Event

SUFFIX = ".ics"
BACK = timedelta(days=90)
"""Visits older than that leave the feed: a calendar that has them keeps them."""
LASTS = timedelta(hours=1)
"""A visit's length in a calendar: nobody plans one."""
PAGE = 200
CANCELLED = frozenset({"declined", "cancelled"})
PRODUCT = "-//Vigie//Plan des visites//FR"
REFRESHED = "PT1H"


class PlannedVisit(BaseModel):
    """What the feed says of a visit. `version` counts its changes."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    version: int
    state: str
    day: date
    planned_on: date | None = None
    planned_at: str | None = None
    enterprise_name: str
    commune: str
    recorded_at: AwareDatetime

    @property
    def is_cancelled(self) -> bool:
        """Whether a calendar strikes it out; what is put off without a date is, until it has one."""
        return self.state in CANCELLED or (self.state == "rescheduled" and self.planned_on is None)


@dataclass(frozen=True)
class PlanReader:
    """Finds what a token opens."""

    feeds: CalendarStore
    visits: TableClient
    book: AddressBook
    clock: Clock

    def plan(self, territory_id: str, token: str) -> tuple[Directory, list[PlannedVisit]]:
        """The member's visits from three months ago on; raises NotFound for a token that opens nothing any more."""
        feed = self.feeds.feed(territory_id, token)
        directory = self.book.directory(territory_id) if feed else None
        member = directory.member(feed.member_id) if feed and directory else None
        if feed is None or directory is None or member is None or member.structure_id != feed.structure_id:
            raise NotFound("Ce calendrier n’existe pas, ou plus.")
        since = day_in_paris(self.clock.now()) - BACK
        return directory, sorted(self._visits(feed, since), key=lambda visit: (visit.day, visit.id))

    def _visits(self, feed: Feed, since: date) -> Iterator[PlannedVisit]:
        for item in self._latest(feed):
            if item["day"] < since.isoformat():
                return
            if feed.member_id in (item.get("capteurs") or (item["member_id"],)):
                yield _planned(item)

    def _latest(self, feed: Feed) -> Iterator[Item]:
        """The visits of the member's structure, the latest first."""
        pk, cursor = f"T#{feed.territory_id}#STRUCTURE#{feed.structure_id}#VISITS", None
        while True:
            page = self.visits.query(pk, index="structure", limit=PAGE, cursor=cursor, newest_first=True)
            yield from (item | said_by_keys(item) for item in page.items)
            cursor = page.cursor
            if cursor is None:
                return


def render(name: str, visits: Iterable[PlannedVisit], public_url: str) -> bytes:
    """The feed: the same visits make the same bytes."""
    from icalendar import Calendar  # noqa: PLC0415 - 80 modules that a request without a valid token never needs

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", REFRESHED)
    for visit in visits:
        calendar.add_component(_event(visit, public_url))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(visit: PlannedVisit, public_url: str) -> Event:
    from icalendar import Event  # noqa: PLC0415 - see above

    event = Event()
    start = _start(visit)
    event.add("uid", f"visite-{visit.id}@vigie")
    event.add("sequence", visit.version)
    event.add("dtstamp", visit.recorded_at)
    event.add("last-modified", visit.recorded_at)
    event.add("dtstart", start)
    event.add("dtend", start + (LASTS if isinstance(start, datetime) else timedelta(days=1)))
    event.add("summary", f"Visite : {visit.enterprise_name}")
    event.add("location", visit.commune)
    event.add("status", "CANCELLED" if visit.is_cancelled else "CONFIRMED")
    event.add("url", f"{public_url.rstrip('/')}/visites/{visit.id}")
    return event


def _start(visit: PlannedVisit) -> date:
    """An instant of Paris when an hour is planned, else a whole day."""
    if visit.planned_at is None or visit.planned_on != visit.day:
        return visit.day
    return datetime.combine(visit.day, time.fromisoformat(visit.planned_at), PARIS)


def _planned(item: Item) -> PlannedVisit:
    place = item["establishment"]
    return PlannedVisit.model_validate({**item, "enterprise_name": place["name"], "commune": place["commune"]})


@dataclass(frozen=True)
class CalendarFeed:
    """The one route, which needs no session: the address is the secret."""

    app: APIGatewayHttpResolver
    reader: PlanReader
    public_url: str

    def read(self, territory_id: str, file: str) -> Response[bytes]:
        if not file.endswith(SUFFIX):
            raise NotFound("Ce calendrier n’existe pas, ou plus.")
        directory, visits = self.reader.plan(territory_id, file.removesuffix(SUFFIX))
        body = render(f"Visites – {directory.territory.name}", visits, self.public_url)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**SECURITY, "ETag": tag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
        if tag in self.app.current_event.headers.get("if-none-match", ""):
            return Response(304, None, None, headers)
        return Response(200, "text/calendar; charset=utf-8", body, headers)


def resolver(reader: PlanReader, public_url: str) -> APIGatewayHttpResolver:
    """The route over these services; an address that opens nothing gets a bare 404, whatever is wrong with it."""
    app = APIGatewayHttpResolver()
    feed = CalendarFeed(app, reader, public_url)
    app.get("/calendrier/<territory_id>/<file>")(feed.read)
    app.exception_handler(NotFound)(_unknown)
    app.not_found(_unknown)
    return app


def _unknown(_error: Exception) -> Response[str]:
    return Response(404, "text/plain; charset=utf-8", "Ce calendrier n’existe pas, ou plus.", {**SECURITY})
