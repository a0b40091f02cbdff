"""Sweeping: the clock runs, nobody acts, and what must be said is said once to whom it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Fill
from services.alerts.rules.facts import State
from services.alerts.store import alert_pk
from services.alerts.use_cases.transmitting import transmit
from shared.errors import NotFound, Unavailable, Unreadable
from shared.outbox import Outbox, StoppedBus
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, TUESDAY, Platform


def run(platform: Platform, hours: int, step_minutes: int = 10) -> None:
    """Lets that much time pass, with a sweep at each step."""
    for _ in range(hours * 60 // step_minutes):
        platform.later(minutes=step_minutes)
        platform.sweep.run()


def told(platform: Platform, alert: Alert, purpose: str) -> set[str]:
    return {delivery.recipient_id for delivery in platform.sent(alert) if delivery.purpose == purpose}


def test_when_nobody_acts_the_notices_rise_and_the_breach_is_recorded_once(platform: Platform) -> None:
    """24 h the coordinator, 36 h deputy and manager, 44 h again, 48 h steering too: one breach, one event."""
    alert = platform.raised()
    run(platform, hours=72)
    stored = platform.now_is(alert)
    assert {fact.kind for fact in stored.facts} >= {"nudged_24h", "nudged_36h", "nudged_44h", "escalated"}
    assert told(platform, alert, "escalation") == {"m-coord", "m-deputy", "m-manager"}
    assert told(platform, alert, "breach") == {"m-coord", "m-deputy", "m-manager", "m-steering"}
    assert platform.told().count("DeadlineBreached.v1") == 1
    assert stored.breach is not None
    assert stored.breach.deadline_at == TUESDAY + timedelta(hours=48)
    assert stored.state is State.RAISED


def test_every_message_is_created_once_whatever_the_rhythm_of_the_sweeps(platform: Platform) -> None:
    """A sweep each ten minutes or one after three days: the same people were told of the same breach."""
    frequent, rare = platform, Platform()
    alert = frequent.raised()
    rare.raised()
    run(frequent, hours=72)
    rare.later(hours=72)
    rare.sweep.run()
    assert told(frequent, alert, "breach") == told(rare, alert, "breach")
    assert rare.told().count("DeadlineBreached.v1") == 1
    keys = Counter((d.key, d.recipient_id, d.channel) for d in frequent.sent(alert))
    assert set(keys.values()) == {1}


def test_a_second_sweep_at_the_same_instant_fires_nothing(platform: Platform) -> None:
    """A schedule may ring twice: what has fired has fired."""
    platform.raised()
    platform.later(hours=49)
    first, second = dict(platform.sweep.run()), dict(platform.sweep.run())
    assert first["AlertsFired"] == 1
    assert second["AlertsFired"] == 0


def test_a_clock_that_goes_back_fires_none_twice(platform: Platform) -> None:
    """Due times are absolute; what has fired stays fired."""
    alert = platform.raised()
    platform.later(hours=49)
    platform.sweep.run()
    before = platform.now_is(alert)
    platform.later(hours=-2)
    platform.sweep.run()
    platform.later(hours=2)
    platform.sweep.run()
    assert platform.now_is(alert).fired == before.fired
    assert platform.told().count("DeadlineBreached.v1") == 1


def test_a_transmission_stops_the_notices_but_a_late_one_keeps_its_breach(platform: Platform) -> None:
    """Transmitted after 50 hours: the breach stands for ever, nothing more is recalled about the deadline."""
    alert = platform.raised()
    run(platform, hours=50, step_minutes=30)
    breach = platform.now_is(alert).breach
    transmit(platform.desk, platform.ask(alert), "phone")
    before = len(platform.sent(alert))
    run(platform, hours=20, step_minutes=30)
    assert platform.now_is(alert).breach == breach
    assert len(platform.sent(alert)) == before


def test_an_acknowledgement_does_not_stop_the_clock(platform: Platform) -> None:
    """R5: it stops the chase only; the notices and the breach come all the same."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    run(platform, hours=50, step_minutes=30)
    assert told(platform, alert, "ack_chase") == set()
    assert told(platform, alert, "breach")


def test_a_transmission_in_time_leaves_no_breach(platform: Platform) -> None:
    """R4: from the timestamps, not from a timer having fired or not."""
    alert = platform.raised()
    platform.later(hours=47)
    transmit(platform.desk, platform.ask(alert), "phone")
    run(platform, hours=10, step_minutes=30)
    assert platform.now_is(alert).breach is None


def test_an_ended_alert_is_left_alone(platform: Platform) -> None:
    """Nothing rings after the end."""
    alert = platform.raised()
    platform.do(alert, Fill)
    before = len(platform.sent(alert))
    run(platform, hours=72, step_minutes=60)
    assert len(platform.sent(alert)) == before


def test_the_agency_is_recalled_while_it_has_not_answered(platform: Platform) -> None:
    """48 hours after the transmission, then daily."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    run(platform, hours=75, step_minutes=60)
    nudges = [delivery for delivery in platform.sent(alert) if delivery.purpose == "offer_nudge"]
    assert {delivery.recipient_id for delivery in nudges} == {"m-agency"}
    assert len(nudges) == 2


def test_a_delivery_whose_hint_was_lost_is_queued_again(platform: Platform) -> None:
    """The stream forgot it: the sweep finds it due, hints once, and not again at the next minute."""
    platform.raised()
    platform.later(minutes=3)
    assert platform.sweep.run()["HintsSent"] == 2
    assert [work.sk for work in platform.queues["emails"].work] == ["DELIVERY#alert_raised#m-coord#email"]
    platform.later(minutes=1)
    assert platform.sweep.run()["HintsSent"] == 0


def test_a_delivery_that_the_stream_has_just_hinted_is_not_due_yet(platform: Platform) -> None:
    """The sweep leaves the stream two minutes."""
    platform.raised()
    platform.later(minutes=1)
    assert platform.sweep.run()["HintsSent"] == 0


def test_the_outbox_is_swept_in_every_territory(platform: Platform) -> None:
    """Events that the stream did not relay leave after five minutes, wherever they are from."""
    platform.raised("n-1", TERRITORY)
    platform.raised("n-1", ELSEWHERE)
    platform.later(minutes=6)
    counts = platform.sweep.run()
    assert counts["EventsRelayed"] == 2
    assert counts["TerritoriesSwept"] == 2
    assert platform.waiting() == []


def test_a_bus_that_is_down_does_not_stop_the_timers_of_any_territory(platform: Platform) -> None:
    """The outage is told at the end, once everything else had its turn."""
    one, other = platform.raised("n-1", TERRITORY), platform.raised("n-1", ELSEWHERE)
    platform.bus.stopped = True
    platform.later(hours=49)
    with pytest.raises(Unavailable):
        platform.sweep.run()
    assert platform.now_is(one).breach
    assert platform.now_is(other).breach


def test_a_bus_that_is_silent_is_asked_once_after_every_timer(platform: Platform) -> None:
    """A silence costs seconds a call: asked for each territory before its timers, it would use up the whole minute."""
    alerts = [platform.raised("n-1", TERRITORY), platform.raised("n-1", ELSEWHERE)]
    breached: list[int] = []

    class Silent(StoppedBus):
        def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
            breached.append(sum(platform.now_is(alert).breach is not None for alert in alerts))
            raise Unavailable("Le bus ne répond pas.")

    sweep = replace(platform.sweep, relay=replace(platform.relay, outbox=Outbox(platform.table, Silent())))
    platform.later(hours=49)
    with pytest.raises(Unavailable):
        sweep.run()
    assert breached == [2]


def test_a_queue_that_refuses_stops_neither_the_other_deliveries_nor_the_alerts(platform: Platform) -> None:
    """E-mails cannot be queued: the texts are, and the refused ones stay due."""
    alert = platform.raised()
    platform.queues["emails"].refusal = Unavailable("La file ne répond pas.")
    platform.later(hours=49)
    with pytest.raises(Unavailable):
        platform.sweep.run()
    assert platform.queues["texts"].work
    assert platform.now_is(alert).breach
    platform.queues["emails"].refusal = None
    platform.sweep.run()
    assert platform.queues["emails"].work


def test_an_unreadable_alert_does_not_stop_its_neighbours(platform: Platform) -> None:
    """A fault of ours in one item is told, and costs the others nothing."""
    broken, sound = platform.raised("n-1"), platform.raised("n-2")
    platform.table.items[alert_pk(TERRITORY, broken.alert_id), "ALERT"]["alert"]["state"] = "lost"
    platform.later(hours=49)
    with pytest.raises(Unreadable):
        platform.sweep.run()
    assert platform.now_is(sound).breach


def test_a_territory_without_directory_does_not_stop_the_others(platform: Platform) -> None:
    """Its name is registered, its entries are gone: the others' timers ring."""
    ghost, sound = platform.raised("n-1", TERRITORY), platform.raised("n-1", ELSEWHERE)
    del platform.directory.items[f"T#{TERRITORY}", "TERRITORY"]
    platform.later(hours=49)
    with pytest.raises(NotFound):
        platform.sweep.run()
    assert platform.now_is(sound).breach
    assert platform.now_is(ghost).breach is None


def test_a_defect_of_ours_in_one_alert_does_not_silence_the_others(platform: Platform) -> None:
    """Even an error that nobody foresaw waits until everything had its turn, and is then raised."""
    broken, sound = platform.raised("n-1"), platform.raised("n-2")
    platform.table.items[alert_pk(TERRITORY, broken.alert_id), "ALERT"]["alert"] = {}
    platform.later(hours=49)
    with pytest.raises(KeyError):
        platform.sweep.run()
    assert platform.now_is(sound).breach
