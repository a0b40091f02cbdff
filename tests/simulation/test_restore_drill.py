"""The restore drill: the ledger comes back as it was half an hour ago, and queues, streams and schedules are empty.

The same territory runs twice, once in peace. What its recipients were told in peace they are told in spite of the loss, and
whoever may be told twice is marked.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from random import Random

import pytest

from benchmarks.diffusion_outside import Providers, workers
from benchmarks.failing import Outside
from services.alerts.deliveries.work import Work
from services.alerts.use_cases.opening import open_alert
from services.alerts.use_cases.restoring import Restoring
from services.alerts.use_cases.returning import Answer, return_by_hand
from shared.clock import FixedClock
from shared.tables import Item, MemoryTable, Put
from tests.unit.alerts.fake_platform import TERRITORY, TUESDAY, Platform, directory_table

PARTNERS = 60
"""More than one page of a round, so that the image holds one half done."""
IMAGE_MINUTE, LOSS_MINUTE, END_MINUTE = 93, 123, 300
RETURN_MINUTE = 90
SECOND_NEED_MINUTE = 100


class Town:
    """A territory whose minutes are swept and whose queues are drained; `accepted` is the providers' own record."""

    def __init__(self, table: MemoryTable, accepted: list[tuple[str, str]], minute: int = 0) -> None:
        addresses = directory_table()
        addresses.write(*map(_partner, range(PARTNERS)))
        self.minute = minute
        self.platform = Platform(table=table, directory=addresses, clock=FixedClock(TUESDAY))
        self.platform.later(minutes=minute)
        dice = Random(1)  # noqa: S311 - a seeded history, not a secret
        self.providers = Providers(Outside(dice), lambda _: None)
        self.providers.accepted = accepted
        self._workers = workers(table, addresses, self.providers, self.platform.clock, dice)

    def live(self, until: int) -> None:
        """Minute after minute, with what people do at theirs."""
        while self.minute < until:
            self._act()
            self.platform.sweep.run()
            self._work()
            self.minute += 1
            self.platform.later(minutes=1)

    def _act(self) -> None:
        """One alert from the start, answered after an hour and a half; another need ten minutes later."""
        if self.minute == 0:
            self.platform.raised()
        if self.minute == RETURN_MINUTE:
            (alert,) = self.platform.store.board(TERRITORY, "OPEN").alerts
            return_by_hand(self.platform.desk, self.platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
        if self.minute == SECOND_NEED_MINUTE:
            self.report_again()

    def report_again(self) -> None:
        """The event of the second need, as the bus gives it, or gives it again from its archive."""
        open_alert(self.platform.desk, self.platform.report("n-2"))

    def _work(self) -> None:
        for name, queue in self.platform.queues.items():
            queue.sent, sent = [], queue.sent
            for body, _ in sent:
                self._workers[name](Work.model_validate_json(body))

    def restore(self) -> None:
        """What `docs/runbook.md` says to do before anything runs again."""
        self.report_again()
        restoring = Restoring(self.platform.desk, self.platform.deliveries)
        for standing in self.platform.store.standing(TERRITORY):
            restoring.settle(standing.alert)

    def deliveries(self) -> dict[str, Item]:
        """What the ledger knows, by the identifiers that providers give back."""
        every = (
            one for standing in self.platform.store.standing(TERRITORY) for one in self.platform.sent(standing.alert)
        )
        return {one.id: one.model_dump(mode="json") for one in every}


def _partner(number: int) -> Put:
    entry = {"id": f"q-{number:03}", "name": f"P{number}", "channel": "email", "address": f"q{number}@example.org"}
    return Put({"pk": f"T#{TERRITORY}", "sk": f"PARTNER#{entry['id']}", **entry})


def after_a_loss(*, by_the_book: bool) -> tuple[Town, list[tuple[str, str]]]:
    """The town that lost half an hour, long after; and what its providers have accepted in all."""
    accepted: list[tuple[str, str]] = []
    before = Town(MemoryTable(), accepted)
    before.live(IMAGE_MINUTE)
    image = deepcopy(before.platform.table.items)
    before.live(LOSS_MINUTE)
    table = MemoryTable()
    table.items = image
    town = Town(table, accepted, LOSS_MINUTE)
    if by_the_book:
        town.restore()
    else:
        town.report_again()
    town.live(END_MINUTE)
    return town, accepted


@pytest.fixture(scope="module")
def peace() -> set[str]:
    """Whom the providers reach when nothing is lost."""
    town = Town(MemoryTable(), [])
    town.live(END_MINUTE)
    return {delivery_id for _, delivery_id in town.providers.accepted}


def unmarked_doubles(town: Town, accepted: list[tuple[str, str]]) -> set[str]:
    """Messages that left twice and do not say so; a webhook's receiver knows a repetition by its id."""
    known = town.deliveries()
    times = Counter(delivery_id for channel, delivery_id in accepted if channel != "webhook")
    return {name for name, number in times.items() if number > 1 and not known[name]["possible_duplicate"]}


def test_nobody_misses_anything_and_whoever_is_told_twice_is_marked(peace: set[str]) -> None:
    """Everything that was due leaves; nobody has a third copy; each double carries its mark."""
    town, accepted = after_a_loss(by_the_book=True)
    times = Counter(delivery_id for channel, delivery_id in accepted if channel != "webhook")
    assert peace - {delivery_id for _, delivery_id in accepted} == set()
    assert unmarked_doubles(town, accepted) == set()
    assert max(times.values()) == 2
    assert {one["state"] for one in town.deliveries().values()} <= {"sent", "superseded"}


def test_the_drill_would_see_a_restore_without_the_procedure(peace: set[str]) -> None:
    """Started again as it is, the image tells people twice without a word: that is what the procedure is for."""
    town, accepted = after_a_loss(by_the_book=False)
    assert peace <= {delivery_id for _, delivery_id in accepted}
    assert unmarked_doubles(town, accepted)


def test_settling_twice_doubts_nobody_twice() -> None:
    """An operator who is not sure runs it again."""
    before = Town(MemoryTable(), [])
    before.live(IMAGE_MINUTE)
    before.restore()
    once = deepcopy(before.deliveries())
    before.restore()
    assert before.deliveries() == once
