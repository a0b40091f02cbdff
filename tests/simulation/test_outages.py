"""Hours and days in which something does not work: all of it arrives afterwards, and nobody else notices."""

from __future__ import annotations

import statistics
from datetime import timedelta

import pytest

from services.alerts.endpoints.administering import pause, resume
from shared.tables import Update
from tests.simulation.checker import Expected, Findings
from tests.simulation.endpoints import endpoint_desk, endpoint_order
from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.people import Act
from tests.simulation.plans import During, NoFaults
from tests.simulation.playing import Play, played, staged
from tests.simulation.ports import Fault
from tests.simulation.providers import MUTE, Behaviour
from tests.simulation.scenarios import diffusion, errand, missed, traffic
from tests.simulation.territory import partner
from tests.simulation.world import World

DEAD = "p-00000.example"


def _sound(findings: Findings) -> bool:
    return (findings.broken, findings.failed, findings.flagged) == ([], [], [])


def test_a_bus_that_is_down_for_thirty_hours_loses_no_event() -> None:
    """The stream gives up within the day; what waits in the table leaves when the bus is back, and not before."""
    plan = During("lost", "publish", 0, 30 * HOUR)
    play = staged(errand("email", heals_at=31 * HOUR), plan)
    play.world.ticks["sweep"].minutes = 30  # every minute would be 1,800 times the same
    assert _sound(play.run())
    history = play.world.history
    told = [at for name in history.written for at in history.published[name]]
    assert 30 * HOUR <= min(told) <= max(told) < 32 * HOUR


def test_a_table_that_is_down_for_an_hour_loses_no_report() -> None:
    """The alert is opened by itself when the table is back, and what it calls for leaves then."""
    plan = During("throttled", "ledger", 0, HOUR)
    play = staged(missed(), plan)
    assert _sound(play.run())
    assert HOUR < play.world.history.images[0].at < HOUR + 5 * MINUTE


def test_a_stream_that_is_down_for_thirty_hours_delays_by_minutes() -> None:
    """It forgets after a day; the sweep finds what is due without it."""
    play = staged(errand("webhook", heals_at=31 * HOUR), NoFaults())
    play.world.stream.stopped = True
    play.world.hub.at(30 * HOUR, play.world.stream.resume)
    assert _sound(play.run())
    assert max(one.at for one in play.world.history.accepted) < 30 * MINUTE
    assert not play.world.stream.given_up


def _down_until(hours: int, status: int) -> Behaviour:
    return lambda now, headers, body: status if now < hours * HOUR else 204


def _broken_partner(behaviour: Behaviour, heals_at: int) -> Play:
    scenario = diffusion([partner(number, "webhook") for number in range(6)], heals_at=heals_at)
    play = staged(scenario, NoFaults())
    play.world.partners.behaviours[DEAD] = behaviour
    return play


@pytest.mark.parametrize(("hours", "status"), [(24, 503), (60, 0)])
def test_a_partner_that_is_down_has_everything_afterwards(hours: int, status: int) -> None:
    """A day of errors, or two days and a half of silence: no person has to do anything, the others have it at once."""
    play = _broken_partner(_down_until(hours, status), (hours + 1) * HOUR)
    assert _sound(play.run())
    accepted = {one.to: one.at for one in play.world.history.accepted if one.channel == "webhook"}
    assert hours * HOUR < accepted.pop(DEAD)
    assert len(accepted) == 5
    assert max(accepted.values()) < 15 * MINUTE


def _others(behaviour: Behaviour) -> list[int]:
    play = _broken_partner(behaviour, 2 * HOUR)
    play.expected = Expected(waiting=frozenset({"p-00000"}))
    assert play.run().broken == []
    return [one.at for one in play.world.history.accepted if one.channel == "webhook" and one.to != DEAD]


def test_a_dead_partner_does_not_slow_the_others() -> None:
    """The last of the others has its message as soon as if all were well."""
    well, dead = (_others(behaviour) for behaviour in (lambda *_: 204, lambda *_: 0))
    waits = [max(times) - 10 * MINUTE for times in (well, dead)]
    assert waits[1] <= 1.1 * waits[0] + SECOND
    assert statistics.median(dead) <= statistics.median(well) + SECOND


def test_a_partner_that_has_gone_is_not_asked_again() -> None:
    """410 ends it at once: one more message waits for a person instead of for a server."""
    play = _broken_partner(lambda now, headers, body: 410 if b"offer." in body else 204, HOUR)
    play.expected = Expected(waiting=frozenset({"p-00000"}), excused=True)
    assert play.run().broken == []
    assert [status for _, host, status in play.world.partners.posts if host == DEAD].count(410) == 1


class Throttling(During):
    """Every second call: the SDK asks three times by itself, except for what goes to people."""

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        self.share = 0.5 if port in ("email", "sms", "webhook") else 0.5**3
        return super().fate(number, port, faults)


@pytest.mark.parametrize("port", ["", "ledger", "send", "email", "webhook", "address-book", "publish"])
def test_ten_minutes_of_throttling_lose_nothing(port: str) -> None:
    """Every second call is refused, of all or of one kind; a refusal is not a doubt, so that nothing is sent twice."""
    _, findings = played(errand("webhook"), Throttling("throttled", port, 0, 10 * MINUTE))
    assert _sound(findings)


@pytest.mark.parametrize("fault", ["done", "crash after"])
def test_silent_providers_leave_one_marked_repetition(fault: str) -> None:
    """Every e-mail of the first hours has an unknown end and nobody says what became of it: each is marked, none is third."""
    plan = During("done" if fault == "done" else "crash after", "email", 0, 30 * MINUTE)
    play = staged(errand("email", heals_at=3 * HOUR), plan)
    play.world.words.silent = True
    findings = play.run()
    assert findings.broken == []
    assert (
        0
        < len(findings.flagged)
        <= len({one.delivery_id for one in play.world.history.accepted if one.at < 30 * MINUTE})
    )


def _jump(world: World, at: int, by: timedelta) -> None:
    def jump() -> None:
        world.watch.offset = by

    world.hub.at(at, jump)


@pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(minutes=-10), timedelta(hours=-2)], ids=str)
def test_a_clock_that_jumps_fires_nothing_twice(by: timedelta) -> None:
    """Ten minutes ahead or back, two hours back, for three hours: each recall leaves once, the deadline stays."""
    play = staged(missed(), NoFaults())
    _jump(play.world, 23 * HOUR, by)
    _jump(play.world, 26 * HOUR, timedelta())
    assert _sound(play.run())


def test_a_clock_three_days_ahead_fires_everything_once() -> None:
    """The recalls come too early, each of them once; nothing rings again when the clock is right again."""
    play = staged(missed(), NoFaults())
    _jump(play.world, 5 * HOUR, timedelta(days=3))
    _jump(play.world, 5 * HOUR + 5 * MINUTE, timedelta())
    findings = play.run()
    assert (findings.lost, findings.doubled, findings.flagged, findings.restless) == ([], [], [], [])
    (alert,) = [item["alert"] for item in play.world.items() if item["sk"] == "ALERT"]
    assert len(alert["fired"]) == len(set(alert["fired"]))


def test_a_partner_that_took_the_offer_and_said_nothing_hears_that_it_has_ended() -> None:
    """Its server was too slow to answer, and the need was withdrawn before the next try: it has read what is no longer so."""
    withdrawn = Act(7 * MINUTE, "annulation", {"reason": "enterprise_withdrew"})
    play = staged(errand("webhook", withdrawn), NoFaults())
    play.world.partners.behaviours[DEAD] = lambda now, headers, body: MUTE if b"offer.broadcast" in body else 204
    assert _sound(play.run())
    states = {item["purpose"]: item["state"] for item in play.world.items() if item.get("channel") == "webhook"}
    assert states == {"broadcast": "superseded", "correction": "sent"}


def test_a_partner_in_pause_has_everything_once_the_pause_is_over() -> None:
    """Ten hours in which nothing is tried and nothing fails; then all that waited leaves, the oldest first."""
    play = staged(traffic("webhook", 5, HOUR, heals_at=12 * HOUR), NoFaults())
    world, desk = play.world, endpoint_desk(play.world)
    world.hub.at(30 * MINUTE, lambda: pause(desk, endpoint_order("pause-0001")))
    world.hub.at(10 * HOUR, lambda: resume(desk, endpoint_order("resume-0001")))
    assert _sound(play.run())
    offers = [one.at for one in world.history.accepted if one.channel == "webhook"]
    assert len(offers) == 5
    assert [at for at in offers if 30 * MINUTE < at < 10 * HOUR] == []
    assert max(offers) < 10 * HOUR + 15 * MINUTE
    posts = [at for at, _, _ in world.partners.posts]
    assert [at for at in posts if 30 * MINUTE < at < 10 * HOUR] == []


def test_an_alert_that_nothing_would_wake_is_put_back_by_the_auditor() -> None:
    """Whatever took it out of the index of what is due: its recalls ring all the same."""
    play = staged(missed(), NoFaults())
    world = play.world

    def forget() -> None:
        (item,) = [item for item in world.items() if item["sk"] == "ALERT"]
        world.ledger.write(Update(item["pk"], item["sk"], {}, ("due_pk", "due_sk")))
        world.ticks["audit"].has_work = lambda: True
        world.ticks["audit"].wake(world.hub.now)

    world.hub.at(20 * HOUR, forget)
    world.hub.at(21 * HOUR, lambda: setattr(world.ticks["audit"], "has_work", lambda: False))
    assert _sound(play.run())
    assert world.history.counts["AlertsRepaired"] == 1
