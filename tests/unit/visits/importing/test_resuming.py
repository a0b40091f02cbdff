"""Messages that come twice, late or never, and machines that stop halfway: the import ends the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.visits.importing import chunk
from services.visits.importing.work import Advance, ChunkWork
from services.visits.register.enterprise import Enterprise
from services.visits.register.store import RegisterStore
from shared.errors import Conflict, Invalid, Unavailable
from shared.tables import Item
from tests.unit.visits.importing.workshop import HERE, SIRETS, Workshop, official, table

FILE = table([official(siret=siret) for siret in SIRETS])
SMALL = 2
"""Rows of a chunk here, so that the file has two."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chunks in four rows."""
    monkeypatch.setattr(chunk.batches, "__defaults__", (SMALL,))


class Crash(BaseException):
    """The machine stops here: nothing catches it."""


class CrashingRegister(RegisterStore):
    """Writes one record of what it is given, then stops the machine, once."""

    crashed = False

    def keep(self, enterprises: Sequence[Enterprise]) -> None:
        if self.crashed:
            super().keep(enterprises)
            return
        type(self).crashed = True
        super().keep(enterprises[:1])
        raise Crash


def outcome(workshop: Workshop, import_id: str) -> tuple[object, ...]:
    """All that must be the same."""
    subject = workshop.get(import_id)
    return subject.state, subject.found, subject.done, set(workshop.enterprises())


def test_a_machine_that_stops_between_two_writes_counts_the_same(workshop: Workshop) -> None:
    """Begun again, the chunk finds less to write, and tells what it had planned."""
    checked = workshop.check(FILE)
    whole, register = workshop.chunker.register, CrashingRegister(workshop.register_table)
    object.__setattr__(workshop.chunker, "register", register)
    workshop.commands.apply(checked.id, workshop.caller())
    workshop.advancer.advance(Advance.model_validate_json(workshop.advances.take()))
    first = workshop.chunks.bodies[0]
    with pytest.raises(Crash):
        workshop.drain()
    assert len(workshop.enterprises()) == 1

    object.__setattr__(workshop.chunker, "register", whole)
    workshop.chunks.bodies.append(first)
    workshop.drain()

    assert outcome(workshop, checked.id) == ("applied", {"new": 4}, {"new": 4}, set(SIRETS))


def test_every_message_twice_is_one_import(workshop: Workshop) -> None:
    """Queues deliver at least once."""
    begun = workshop.begin()
    workshop.bucket.receive(workshop.objects.upload_form(begun, ""), FILE)
    for command in (workshop.commands.check, workshop.commands.apply):
        command(begun.id, workshop.caller())
        workshop.advances.bodies *= 2
        while workshop.advances.bodies:
            workshop.advancer.advance(Advance.model_validate_json(workshop.advances.take()))
        workshop.chunks.bodies *= 2
        workshop.drain()

    assert outcome(workshop, begun.id) == ("applied", {"new": 4}, {"new": 4}, set(SIRETS))
    told = [item for (pk, _), item in workshop.table.items.items() if pk.endswith("#OUTBOX")]
    assert len(told) == 1


def test_messages_that_were_lost_are_sent_again_on_demand(workshop: Workshop) -> None:
    """« Relancer » takes up what is missing: the chunks that are done are not done again."""
    begun = workshop.begin()
    workshop.bucket.receive(workshop.objects.upload_form(begun, ""), FILE)
    workshop.commands.check(begun.id, workshop.caller())
    workshop.advancer.advance(Advance.model_validate_json(workshop.advances.take()))
    workshop.chunker.handle(ChunkWork.model_validate_json(workshop.chunks.take()))
    workshop.chunks.bodies.clear()

    workshop.commands.check(begun.id, workshop.caller())
    workshop.advancer.advance(Advance.model_validate_json(workshop.advances.take()))

    assert [ChunkWork.model_validate_json(body).number for body in workshop.chunks.bodies] == [2]
    workshop.drain()
    assert workshop.get(begun.id).state == "checked"


def test_a_message_that_comes_too_late_changes_nothing(workshop: Workshop) -> None:
    """After a decision, what was still on its way is left."""
    checked = workshop.check(FILE)
    late = ChunkWork(territory_id=HERE, import_id=checked.id, number=1)
    workshop.chunker.handle(late)
    workshop.commands.abandon(checked.id, workshop.caller())
    workshop.chunker.handle(late)
    workshop.advancer.advance(Advance(territory_id=HERE, import_id=checked.id))

    assert outcome(workshop, checked.id) == ("abandoned", {"new": 4}, {}, set())


def test_an_import_abandoned_while_it_is_read_stays_so(workshop: Workshop) -> None:
    """Whoever abandons has the last word."""
    begun = workshop.begin()
    workshop.bucket.receive(workshop.objects.upload_form(begun, ""), FILE)
    workshop.commands.check(begun.id, workshop.caller())
    before = workshop.get(begun.id)
    workshop.commands.abandon(begun.id, workshop.caller())
    workshop.advancer._read(before)
    workshop.drain()

    assert workshop.get(begun.id).state == "abandoned"


def test_an_outage_is_left_to_the_queue(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may pass is tried again; only a file that cannot be read fails an import."""

    def unavailable(_items: Sequence[Item]) -> None:
        raise Unavailable("La table ne répond pas.")

    checked = workshop.check(FILE)
    workshop.commands.apply(checked.id, workshop.caller())
    monkeypatch.setattr(workshop.register_table, "put_many", unavailable)
    with pytest.raises(Unavailable):
        workshop.drain()

    assert workshop.get(checked.id).state == "applying"


def test_what_was_not_checked_cannot_be_applied(workshop: Workshop) -> None:
    """Each step waits for the one before it."""
    begun = workshop.begin()

    with pytest.raises(Invalid, match="Aucun fichier"):
        workshop.commands.check(begun.id, workshop.caller())
    with pytest.raises(Conflict, match="Fichier attendu"):
        workshop.commands.apply(begun.id, workshop.caller())


def test_a_file_replaced_during_the_check_is_refused(workshop: Workshop) -> None:
    """What is applied is what was checked: one file, from its first row to its last."""
    begun = workshop.begin()
    form = workshop.objects.upload_form(begun, "")
    workshop.bucket.receive(form, FILE)
    workshop.commands.check(begun.id, workshop.caller())
    workshop.bucket.receive(form, table([official()]))
    workshop.drain()

    assert (workshop.get(begun.id).state, workshop.enterprises()) == ("failed", {})
    assert "remplacé" in workshop.get(begun.id).failure


def test_an_old_check_is_to_be_done_again(workshop: Workshop) -> None:
    """The register has lived since, and the bucket forgets."""
    checked = workshop.check(FILE)
    workshop.clock.now_is += timedelta(days=31)

    with pytest.raises(Conflict, match="30 jours"):
        workshop.commands.apply(checked.id, workshop.caller())
