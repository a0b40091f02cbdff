"""Applying a territory's file: what is written, told once, kept, guarded and finished after an interruption."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from services.directory.applying import plan
from services.directory.store import DirectoryStore
from services.directory.territory_file import TerritoryFile
from shared.address_book import AddressBook
from shared.errors import Conflict, Unavailable
from shared.published import Registry
from shared.tables import MemoryTable, Write
from tests.unit.directory.territory_examples import FILE, accepted, applied, carried_out, changed

ELSEWHERE = changed(("val-de-test", "val-voisin"), ("Val de Test", "Val Voisin"))


class Recording(MemoryTable):
    """A table that counts its transactions and can break before one of them."""

    def __init__(self, breaks_at: int = 0) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.breaks_at = breaks_at

    def write(self, *writes: Write) -> None:
        if len(self.sizes) + 1 == self.breaks_at:
            self.breaks_at = 0
            raise Unavailable("coupure")
        self.sizes.append(len(writes))
        super().write(*writes)


class Overtaken(MemoryTable):
    """A table where somebody else applies another file right after the second transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def write(self, *writes: Write) -> None:
        super().write(*writes)
        self.count += 1
        if self.count == 2:
            applied(accepted(), DirectoryStore(self))


def _told(table: MemoryTable) -> list[dict[str, object]]:
    entries = [item for (pk, _), item in table.items.items() if pk.endswith("#OUTBOX")]
    return [json.loads(event["detail"])["data"] for entry in entries for event in entry["events"]]


def _crowded(people: int) -> TerritoryFile:
    members = "".join(
        f"  - {{id: m{n}, structure: maison, name: Membre {n}, roles: [capteur], subject: s{n}}}\n"
        for n in range(people)
    )
    return accepted(("partners:\n", f"{members}partners:\n"))


def test_what_the_file_says_can_be_read_back() -> None:
    """The address book answers with every entry of the file."""
    table = MemoryTable()
    applied(accepted(), DirectoryStore(table))
    directory = AddressBook(table).directory("val-de-test")
    assert [len(part) for part in (directory.structures, directory.members, directory.partners)] == [2, 2, 2]
    assert Registry(table).territory_ids() == ["val-de-test"]


def test_a_dry_run_writes_nothing() -> None:
    """A plan only compares."""
    table = MemoryTable()
    planned = plan(accepted(), DirectoryStore(table))
    assert planned.differences.count("added") == 7
    assert not table.items


def test_the_change_is_told_once_with_its_counts() -> None:
    """The event goes with the transaction that makes the change."""
    table = MemoryTable()
    applied(accepted(), DirectoryStore(table))
    assert _told(table) == [{"revision": "1", "added": 7, "changed": 0, "removed": 0}]


def test_the_same_file_again_writes_nothing() -> None:
    """Applying is idempotent: no transaction, no event, no new secret."""
    table = Recording()
    store = DirectoryStore(table)
    applied(accepted(), store)
    assert applied(accepted(), store).secrets == {}
    assert len(table.sizes) == len(_told(table)) == 1


def test_a_webhook_secret_is_given_once_and_sealed_for_its_partner() -> None:
    """What the command shows is what is sealed, under the territory and the partner."""
    table = MemoryTable()
    secrets = applied(accepted(), DirectoryStore(table)).secrets
    partner = AddressBook(table).directory("val-de-test").partner("opco")
    assert list(secrets) == ["opco"]
    assert len(b64decode(secrets["opco"].removeprefix("whsec_"))) == 32
    assert partner is not None
    sealed = b64decode(partner.sealed_secret or "").decode()
    assert sealed == f"{{'territory': 'val-de-test', 'partner': 'opco'}} {secrets['opco']}"


def test_a_webhook_secret_is_kept_when_its_partner_changes() -> None:
    """A new name or address does not break the partner's verification."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    before = AddressBook(table).directory("val-de-test").partner("opco")
    assert applied(accepted(("opco.example/vigie", "opco.example/autre")), store).secrets == {}
    after = AddressBook(table).directory("val-de-test").partner("opco")
    assert before is not None
    assert after is not None
    assert before.sealed_secret == after.sealed_secret
    assert after.address == "https://opco.example/autre"


def test_a_partner_who_leaves_webhooks_loses_the_secret() -> None:
    """A secret that signs nothing is not kept."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    applied(
        accepted(
            ("channel: webhook\n    address: https://opco.example/vigie", "channel: email\n    address: o@p.example")
        ),
        store,
    )
    partner = AddressBook(table).directory("val-de-test").partner("opco")
    assert partner is not None
    assert partner.sealed_secret is None


def test_differences_are_told_field_by_field_with_contacts_masked() -> None:
    """A terminal and its history may keep what is shown."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    planned = plan(accepted(("alix@val.example", "alix.essai@vallee.example"), ("Mission locale", "Mission")), store)
    told = [
        (entry.id, change.name, change.before, change.after)
        for entry in planned.differences.entries
        for change in entry.changes
    ]
    assert told == [
        ("alix", "email", "a•••@v•••.example", "a•••@v•••.example"),
        ("mission", "name", "Mission locale", "Mission"),
    ]


def test_what_left_the_file_leaves_the_directory() -> None:
    """The file is the whole truth: an entry that is no longer there is removed, and counted."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    without = FILE[: FILE.index("  - id: mission")]
    applied(accepted(text=without), store)
    assert AddressBook(table).directory("val-de-test").partner("mission") is None
    assert _told(table)[-1] == {"revision": "2", "added": 0, "changed": 0, "removed": 1}


def test_memberships_of_other_territories_are_kept() -> None:
    """Somebody of two territories stays in the other one when one changes."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    applied(accepted(text=ELSEWHERE), store)
    applied(accepted(("[coordinator]", "[coordinator, manager]")), store)
    user = AddressBook(table).user("sub-alix")
    assert user is not None
    assert [(known.territory_id, known.roles) for known in user.memberships] == [
        ("val-de-test", ("coordinator", "manager")),
        ("val-voisin", ("coordinator",)),
    ]


def test_somebody_who_belongs_nowhere_any_more_is_forgotten() -> None:
    """A subject withdrawn from the only territory is no user."""
    table = MemoryTable()
    store = DirectoryStore(table)
    applied(accepted(), store)
    applied(accepted(("    subject: sub-alix\n", "")), store)
    assert AddressBook(table).user("sub-alix") is None


def test_a_plan_made_on_an_older_revision_is_refused() -> None:
    """Two operators at once: the second is told to look again, and nothing of theirs is written."""
    table = MemoryTable()
    store = DirectoryStore(table)
    stale = plan(accepted(("Mission locale", "Mission")), store)
    applied(accepted(), store)
    before = dict(table.items)
    with pytest.raises(Conflict):
        carried_out(stale, store)
    assert table.items == before


def test_a_large_territory_is_written_in_transactions_that_dynamodb_accepts() -> None:
    """Three hundred members and their users, never over a hundred writes at once; told once, by the last."""
    table = Recording()
    applied(_crowded(300), DirectoryStore(table))
    assert max(table.sizes) <= 100
    assert len(AddressBook(table).directory("val-de-test").members) == 302
    assert _told(table) == [{"revision": "1", "added": 307, "changed": 0, "removed": 0}]


@pytest.mark.parametrize("place", range(1, 8))
def test_an_application_cut_short_is_completed_by_the_next(place: int) -> None:
    """Wherever the connection breaks, the same command again ends in the same directory, and it is told."""
    table = Recording(breaks_at=place)
    store = DirectoryStore(table)
    with pytest.raises(Unavailable):
        applied(_crowded(300), store)
    applied(_crowded(300), store)
    directory = AddressBook(table).directory("val-de-test")
    assert len(directory.members) == 302
    assert all(AddressBook(table).user(f"s{n}") for n in range(300))
    assert len(_told(table)) == 1
    assert "." not in directory.territory.revision


def test_another_application_between_two_transactions_stops_the_first() -> None:
    """Each transaction is guarded by the revision that the one before left."""
    table = Overtaken()
    store = DirectoryStore(table)
    with pytest.raises(Conflict):
        applied(_crowded(300), store)
    assert [member.id for member in AddressBook(table).directory("val-de-test").members] == ["alix", "equipe"]
