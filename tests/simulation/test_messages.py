"""What comes in: poison is set aside and hurts nobody, one bad message of ten comes back alone, three times is once."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from services.alerts.use_cases.opening import open_alert
from tests.simulation.checker import Expected
from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.plans import Listed, NoFaults
from tests.simulation.playing import Play, staged, undisturbed
from tests.simulation.ports import Fault
from tests.simulation.scenarios import closed_errand, errand, missed
from tests.simulation.territory import TERRITORY, alert_of, report
from tests.simulation.world import World

WORK = {"territory_id": TERRITORY, "alert_id": alert_of(1), "sk": "DELIVERY#nothing"}
POISON = {
    "no JSON": "{",
    "a later version": json.dumps({**WORK, "version": 2}),
    "a field too few": json.dumps({"territory_id": TERRITORY}),
    "no object": "[]",
}


@pytest.mark.parametrize("body", POISON.values(), ids=list(POISON))
def test_poison_is_set_aside_and_its_neighbours_arrive(body: str) -> None:
    """At once, with a reason, in the dead-letter queue of the queue that it came by."""
    play = staged(closed_errand("email"), NoFaults())
    for queue in ("emails", "texts", "webhooks", "broadcasts"):
        play.world.hub.at(MINUTE, partial(play.world.cloud.queues[queue].send, body))
    play.expected = Expected(buried=4)
    findings = play.run()
    assert (findings.broken, findings.failed) == ([], [])
    assert {dead.attributes["code"] for dead in play.world.history.buried} <= {"json", "contenu-illisible"}


def test_an_event_of_an_unknown_version_is_set_aside() -> None:
    """`UrgentRecruitmentReported.v9` is for a function that is not deployed yet."""
    play = staged(errand("sms"), NoFaults())
    source, name, detail = report(1, play.world.hub.instant(0))
    envelope = {"source": source, "detail-type": name.replace(".v1", ".v9"), "detail": json.loads(detail)}
    play.world.hub.at(SECOND, partial(play.world.cloud.queues["open_alert"].send, json.dumps(envelope)))
    play.expected = Expected(buried=1)
    assert play.run().broken == []
    assert play.world.history.buried[0].attributes["code"] == "version-inconnue"


class Defective:
    """A fault of ours, until it is repaired."""

    def __init__(self) -> None:
        self.repaired = False

    def __call__(self, *given: Any) -> None:
        if not self.repaired:
            raise ZeroDivisionError
        open_alert(*given)


def test_what_failed_for_a_fault_of_ours_succeeds_once_it_is_repaired() -> None:
    """The report is set aside after its tries, with the place of the fault; sent again, it opens the alert."""
    defect = Defective()
    play = staged(missed(), NoFaults(), names={"open_alert": {"open_alert": defect}})
    dead = play.world.cloud.queues["open_alert-dead"]

    def repair() -> None:
        defect.repaired = True
        (message,) = dead.receive()
        play.world.cloud.queues["open_alert"].send(message["body"])
        dead.delete(message["receiptHandle"])

    play.world.hub.at(3 * HOUR, repair)
    findings = play.run()
    assert [problem for problem in findings.broken if "defect" not in problem] == []
    assert "ZeroDivisionError" in findings.wrong[0]
    assert play.world.history.images[0].at > 3 * HOUR


def _answer(world: World, records: list[dict[str, Any]]) -> Any:
    """What the function answers to a batch."""
    answers: list[Any] = []
    world.invoke("send_email", {"Records": records}, answers.append)
    world.hub.run(world.hub.now + 2 * MINUTE)
    return answers[0]


@pytest.mark.parametrize("place", range(10))
def test_one_message_of_ten_that_fails_comes_back_alone(place: int) -> None:
    """Whichever it is, for want of the table: the nine others are done with."""
    faults: dict[int, Fault] = {place: "throttled"}
    world = World(errand("email").book, Listed(faults))
    world.queues["emails"].stopped = True
    for _ in range(10):
        world.cloud.queues["emails"].send(json.dumps(WORK))
    records = world.cloud.queues["emails"].receive()
    assert _answer(world, records) == {"batchItemFailures": [{"itemIdentifier": records[place]["messageId"]}]}


class Thrice(NoFaults):
    """Every report, hint, change and word comes three times: twice each time, and one of the two twice again."""

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        return "twice" if "twice" in faults else ""


def _end(play: Play) -> list[tuple[str, Any, Any]]:
    """How everything stands: alerts by state, deliveries by what became of them."""
    items = sorted(play.world.items(), key=lambda item: str(item["sk"]))
    alerts = [("ALERT", item["alert"]["state"], item["alert"]["fired"]) for item in items if item["sk"] == "ALERT"]
    left = {"delivered": "sent"}
    deliveries = [(item["sk"], item["state"], item["channel"]) for item in items if item.get("kind") == "delivery"]
    return alerts + [(sk, left.get(state, state), channel) for sk, state, channel in deliveries]


@pytest.mark.parametrize("channel", ["email", "sms", "webhook"])
def test_everything_that_comes_several_times_counts_once(channel: str) -> None:
    """The same end as when each came once, and as many messages to people."""
    once, _ = undisturbed(closed_errand(channel))
    play = staged(closed_errand(channel), Thrice())
    for _ in range(2):
        play.world.hub.at(0, lambda: play.world.publish(report(1, play.world.hub.instant(0))))
    assert play.run().broken == []
    assert _end(play) == _end(once)
    people = [[one.to for one in run.world.history.accepted if one.channel != "webhook"] for run in (once, play)]
    assert sorted(people[0]) == sorted(people[1])
