"""The smallest territory's file that is accepted, to break one rule at a time."""

from __future__ import annotations

from datetime import UTC, datetime

from services.directory.applying import Applied, Plan, apply, plan
from services.directory.store import DirectoryStore
from services.directory.territory_file import TerritoryFile, read_territory_file
from shared.clock import FixedClock
from shared.ids import new_id

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
FILE = """\
territory:
  id: val-de-test
  name: Val de Test
  communes: [01004, 2A004]
structures:
  - id: maison
    name: Maison de l’emploi du Val
    kind: maison-emploi
  - id: agence
    name: France Travail du Val
    kind: france-travail
members:
  - id: alix
    structure: maison
    name: Alix Essai
    roles: [coordinator]
    email: alix@val.example
    subject: sub-alix
  - id: equipe
    structure: agence
    name: Équipe entreprises
    roles: [agency]
    email: equipe@agence.example
partners:
  - id: opco
    name: OPCO du Val
    channel: webhook
    address: https://opco.example/vigie
  - id: mission
    name: Mission locale
    channel: sms
    address: 06 12 34 56 78
"""


class OpenSafe:
    """A sealer whose seal anybody can read: context and text, side by side."""

    def encrypt(self, plain: bytes, context: object) -> bytes:
        return f"{context} {plain.decode()}".encode()


def accepted(*replacements: tuple[str, str], text: str = FILE) -> TerritoryFile:
    """The example with some texts replaced, once accepted."""
    return read_territory_file(changed(*replacements, text=text))


def changed(*replacements: tuple[str, str], text: str = FILE) -> str:
    """The example with some texts replaced; each must be there."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def applied(file: TerritoryFile, store: DirectoryStore) -> Applied:
    """The file applied as the command does it."""
    return carried_out(plan(file, store), store)


def carried_out(planned: Plan, store: DirectoryStore) -> Applied:
    """A plan carried out, perhaps long after it was made."""
    return apply(planned, store, OpenSafe(), clock=FixedClock(NOW), new_id=new_id, random_bytes=bytes)
