"""The private iCalendar feed of a capteur's visits."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar, Component

from tests.unit.visits.programmes.world import HERE, World

MINE = "/programmes/calendrier"


def address(world: World, who: str = "claire") -> str:
    """Makes a new address and returns its path."""
    shown = world.post(MINE, {}, who=who)
    found = re.search(r"https://vigie\.example(/calendrier/\S+?\.ics)", shown.text)
    assert shown.status == 200
    assert found is not None
    return found.group(1)


def events(world: World, path: str) -> list[Component]:
    """The events of a feed."""
    return list(Calendar.from_ical(world.subscribe(path).text).walk("VEVENT"))


def test_the_feed_has_the_visits_where_the_member_goes(world: World) -> None:
    """Planned by them or with them, not those of colleagues, nor those over for three months."""
    world.visit("2026-12-01", state="planned", id="mine")
    world.visit("2026-12-02", state="planned", id="with", member_id="karim", capteurs=["karim", "claire"])
    world.visit("2026-12-03", state="planned", id="theirs", member_id="karim")
    world.visit("2026-08-01", id="old")
    found = events(world, address(world))

    assert [str(event["uid"]) for event in found] == ["visite-mine@vigie", "visite-with@vigie"]


def test_an_event_says_when_where_and_in_which_version(world: World) -> None:
    """An hour is of Paris, and its time zone comes with it; a visit without an hour takes the day."""
    world.visit("2026-12-01", state="planned", id="hour", planned_at="14:30", version=4)
    world.visit("2026-12-02", state="planned", id="day")
    path = address(world)
    text = world.subscribe(path).text
    hour, day = events(world, path)

    assert "DTSTART;TZID=Europe/Paris:20261201T143000" in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert hour["sequence"] == 4
    assert (str(hour["summary"]), str(hour["location"])) == ("Visite : Atelier 7328", "Belfort")
    assert (str(day.decoded("dtstart")), str(day.decoded("dtend"))) == ("2026-12-02", "2026-12-03")
    assert str(day["url"]) == "https://vigie.example/visites/day"


@pytest.mark.parametrize(
    ("state", "planned_on", "status"),
    [
        ("planned", "2026-12-01", "CONFIRMED"),
        ("rescheduled", "2026-12-01", "CONFIRMED"),
        ("rescheduled", None, "CANCELLED"),
        ("declined", "2026-12-01", "CANCELLED"),
        ("cancelled", "2026-12-01", "CANCELLED"),
    ],
)
def test_what_will_not_be_is_struck_out(world: World, state: str, planned_on: str | None, status: str) -> None:
    """A calendar must hear of a cancellation: the event stays, cancelled."""
    world.visit("2026-12-01", state=state, planned_on=planned_on)

    assert [str(event["status"]) for event in events(world, address(world))] == [status]


def test_the_feed_says_nothing_of_people(world: World) -> None:
    """Neither who goes nor who is met."""
    world.visit("2026-12-01", state="planned", persons_met=["Gérante"], member_id="claire")
    text = world.subscribe(address(world)).text

    assert not re.search("Gérante|Claire|claire|ATTENDEE|ORGANIZER|DESCRIPTION", text)


def test_the_token_is_kept_nowhere(world: World) -> None:
    """Only its hash is, and the page that shows it is not to be kept by any cache."""
    shown = world.post(MINE, {})
    token = address(world).rpartition("/")[2].removesuffix(".ics")

    assert shown.headers["Cache-Control"] == "no-store"
    assert token not in repr(world.visits.items)
    assert token not in world.open(MINE).text


def test_a_new_address_voids_the_former_one(world: World) -> None:
    """Lost or given away by mistake: the old one answers no more; so does a revoked one."""
    former, current = address(world), address(world)
    assert [world.subscribe(path).status for path in (former, current)] == [404, 200]

    world.post(f"{MINE}/arret", {})
    assert world.subscribe(current).status == 404
    assert not [key for key in world.visits.items if key[0].endswith("#FEED")]


def test_two_people_have_two_addresses(world: World) -> None:
    """Renewing one's own does not touch the other's."""
    mine, theirs = address(world), address(world, "karim")
    address(world)

    assert [world.subscribe(path).status for path in (mine, theirs)] == [404, 200]


@pytest.mark.parametrize(
    "path",
    [
        f"/calendrier/{HERE}/inconnu.ics",
        f"/calendrier/{HERE}/.ics",
        f"/calendrier/{HERE}/sans-suffixe",
        "/calendrier/ailleurs/inconnu.ics",
        f"/calendrier/{'a' * 3000}/inconnu.ics",
        "/calendrier/x",
    ],
)
def test_what_opens_nothing_is_not_found(world: World, path: str) -> None:
    """A bare 404, whatever is wrong."""
    address(world)
    answer = world.subscribe(path)

    assert (answer.status, answer.text) == (404, "Ce calendrier n’existe pas, ou plus.")


def test_an_address_of_another_territory_opens_nothing(world: World) -> None:
    """The token and its territory go together."""
    path = address(world).replace(HERE, "ailleurs")

    assert world.subscribe(path).status == 404


@pytest.mark.parametrize("left", [None, "opco"])
def test_who_leaves_the_structure_reads_its_plan_no_more(world: World, left: str | None) -> None:
    """The address dies with the membership, at the next reading."""
    path = address(world)
    key = (f"T#{HERE}", "MEMBER#claire")
    if left is None:
        del world.people.items[key]
    else:
        world.people.items[key]["structure_id"] = left

    assert world.subscribe(path).status == 404


def test_the_same_plan_is_not_sent_twice(world: World) -> None:
    """The feed is the same bytes until something changes; then its tag is another."""
    world.visit("2026-12-01", state="planned")
    path = address(world)
    tag = world.subscribe(path).headers["ETag"]
    again = world.subscribe(path, if_none_match=tag)
    world.visit("2026-12-02", state="planned")

    assert (again.status, again.text) == (304, "")
    assert world.subscribe(path, if_none_match=tag).status == 200


def test_an_address_is_asked_from_this_site_by_who_visits(world: World) -> None:
    """Not from another site, not by the agency."""
    assert world.post(MINE, {}, origin="https://ailleurs.example").status == 403
    assert world.post(MINE, {}, who="franck").status == 403
