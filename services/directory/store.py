"""Where the directory is written: the address-book table, territory by territory, user by user."""

from __future__ import annotations

from dataclasses import dataclass

from services.directory.differences import Key
from shared.address_book import AddressBook, Directory, Entry, Territory, User
from shared.errors import NotFound
from shared.published import REGISTRY
from shared.tables import Absent, Condition, Delete, Equals, Item, Put, TableClient, Write

SORT_KEYS = {"structure": "STRUCTURE", "member": "MEMBER", "partner": "PARTNER"}
NONE_YET = "0"
"""The revision of a territory that was never applied."""


@dataclass(frozen=True)
class StoredUser:
    """A user and the version that guards their item; version 0 is not stored yet."""

    user: User
    version: int


class DirectoryStore:
    """Reads what is to be compared, and makes the writes that keep the promises of `shared.address_book`."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self._book = AddressBook(table)

    def directory(self, territory_id: str) -> Directory | None:
        """The territory as it stands, or None.

        Its revision is read before its entries: whatever is written meanwhile makes the guard of that revision fail.
        """
        item = self._table.get(f"T#{territory_id}", "TERRITORY")
        try:
            found = self._book.directory(territory_id) if item else None
        except NotFound:
            return None
        if found is None or item is None:
            return None
        return found.model_copy(update={"territory": Territory.model_validate(item)})

    def user(self, subject: str) -> StoredUser:
        """A user as stored, or a new one who belongs nowhere."""
        item = self._table.get(f"USER#{subject}", "USER")
        if item is None:
            return StoredUser(User(subject=subject, name=""), 0)
        return StoredUser(User.model_validate(item), int(item["version"]))

    def write(self, *writes: Write) -> None:
        """One transaction; raises ConditionFailed."""
        self._table.write(*writes)


def put_territory(territory: Territory, before: str) -> Put:
    """Writes the territory's own item if its revision is still `before`."""
    guard: Condition = Absent() if before == NONE_YET else Equals({"revision": before})
    return Put(_item(territory, f"T#{territory.id}", "TERRITORY"), (guard,))


def register(territory: Territory) -> Put:
    """Makes the territory known to the sweeps."""
    return Put({"pk": REGISTRY, "sk": territory.id, "name": territory.name})


def put_entry(territory_id: str, key: Key, entry: Entry) -> Put:
    """Writes a structure, a member or a partner."""
    return Put(_item(entry, f"T#{territory_id}", _sort_key(key)))


def delete_entry(territory_id: str, key: Key) -> Delete:
    """Removes a structure, a member or a partner."""
    return Delete(f"T#{territory_id}", _sort_key(key))


def put_user(stored: StoredUser, user: User) -> Write:
    """Writes where a user belongs, or forgets one who belongs nowhere any more, unless somebody else just did."""
    pk = f"USER#{user.subject}"
    guard: Condition = Equals({"version": stored.version}) if stored.version else Absent()
    if not user.memberships:
        return Delete(pk, "USER", (guard,))
    return Put(_item(user, pk, "USER") | {"version": stored.version + 1}, (guard,))


def _sort_key(key: Key) -> str:
    kind, entry_id = key
    return f"{SORT_KEYS[kind]}#{entry_id}"


def _item(entry: Entry, pk: str, sk: str) -> Item:
    return {"pk": pk, "sk": sk, **entry.model_dump(mode="json", exclude_none=True)}
