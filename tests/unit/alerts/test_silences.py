"""Addresses that are left alone: recognised, not readable, asked before each send."""

from __future__ import annotations

import pytest

from services.alerts.channels.providers import heed
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.silences import Cause, Silences
from services.alerts.rules.notices import Purpose
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import BOOK, MISSION, NOON, TERRITORY, delivery

ADDRESS = "Prenom.Nom@Exemple.test"


def silences() -> tuple[MemoryTable, Silences]:
    """No address is silenced yet."""
    table = MemoryTable()
    return table, Silences(table)


def test_an_address_that_bounced_is_left_alone() -> None:
    """By this channel and in this territory only, however its letters are written."""
    _, kept = silences()
    kept.silence(TERRITORY, "email", ADDRESS, "bounced", NOON)
    assert kept.cause(TERRITORY, "email", f" {ADDRESS.lower()}") == "bounced"
    assert kept.cause(TERRITORY, "sms", ADDRESS) is None
    assert kept.cause("ailleurs", "email", ADDRESS) is None


def test_the_address_itself_is_not_kept() -> None:
    """Nobody reads it from the table, nor sees that two territories silenced the same one."""
    table, kept = silences()
    for territory_id in (TERRITORY, "ailleurs"):
        kept.silence(territory_id, "email", ADDRESS, "complained", NOON)
    assert "exemple" not in repr(table.items).lower()
    digests = {sk for _, sk in table.items}
    assert len(digests) == 2


def test_the_first_cause_stays() -> None:
    """But for the wish to get no more offers, which an address that is lost outweighs."""
    _, kept = silences()
    causes: list[Cause] = ["opted_out", "bounced", "complained", "opted_out"]
    for cause in causes:
        kept.silence(TERRITORY, "sms", "+33612345678", cause, NOON)
    assert kept.cause(TERRITORY, "sms", "+33612345678") == "bounced"


def test_a_silence_can_be_lifted() -> None:
    """The person asked for messages again, or the address was mended; lifting twice is harmless."""
    _, kept = silences()
    kept.silence(TERRITORY, "email", ADDRESS, "opted_out", NOON)
    for _ in range(2):
        kept.lift(TERRITORY, "email", ADDRESS)
    assert kept.cause(TERRITORY, "email", ADDRESS) is None


@pytest.mark.parametrize("cause", ["bounced", "complained"])
def test_whoever_sends_is_told_why_not_and_what_to_do(cause: Cause) -> None:
    """The reason stands on the delivery, in French."""
    _, kept = silences()
    told = delivery(Purpose.BROADCAST, MISSION.id)
    heed(kept, told, MISSION.address, BOOK)
    kept.silence(TERRITORY, "email", MISSION.address, cause, NOON)
    with pytest.raises(Unreachable, match=r"prévenez|Appelez"):
        heed(kept, told, MISSION.address, BOOK)
