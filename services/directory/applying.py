"""Applies a territory's file: what would change, then the changes, in guarded transactions that tell it once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.directory.belonging import user_writes
from services.directory.differences import Differences, compare, entries_of
from services.directory.store import NONE_YET, DirectoryStore, delete_entry, put_entry, put_territory, register
from services.directory.territory_file import MemberSection, TerritoryFile
from shared import outbox
from shared.address_book import Directory, Member, Partner, Structure, Territory
from shared.clock import Clock
from shared.errors import Conflict
from shared.events import Metadata, Recorded
from shared.events.directory import DirectoryChanged
from shared.ids import NewId
from shared.settings import AlertSettings, MatchingSettings, VisitSettings
from shared.tables import TRANSACTION_LIMIT, ConditionFailed, Put, Write

ENTRIES_A_PAGE = TRANSACTION_LIMIT - 3
"""Room is kept for the territory itself, the registry and the outbox."""
SECRET_BYTES = 32
ACTOR = "console"
RandomBytes = Callable[[int], bytes]


class Sealer(Protocol):
    """Encrypts for one territory and purpose; `shared.aws.Vault` is one."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...


@dataclass(frozen=True)
class Plan:
    """What applying a file would do."""

    current: Directory | None
    target: Directory
    differences: Differences

    @property
    def before(self) -> str:
        """The revision that the plan was made on."""
        return self.current.territory.revision if self.current else NONE_YET

    @property
    def number(self) -> int:
        """The number of the revision that the plan makes."""
        return int(self.before.partition(".")[0]) + 1

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to write; an interrupted application (`8.2`) is yet to be told."""
        return not self.differences.entries and "." not in self.before

    @property
    def unsealed(self) -> tuple[Partner, ...]:
        """The webhook partners to whom a secret will be given."""
        return tuple(p for p in self.target.partners if p.channel == "webhook" and p.sealed_secret is None)


@dataclass(frozen=True)
class Applied:
    """What was done. `secrets` are the new webhook secrets by partner id: shown once, kept nowhere in clear."""

    revision: str
    secrets: Mapping[str, str]


def plan(file: TerritoryFile, store: DirectoryStore) -> Plan:
    """Compares the file with the directory; writes nothing."""
    current = store.directory(file.territory.id)
    target = _target(file, current)
    return Plan(current, target, compare(current, target))


def apply(
    planned: Plan, store: DirectoryStore, sealer: Sealer, *, clock: Clock, new_id: NewId, random_bytes: RandomBytes
) -> Applied:
    """Does what was planned; applying the same file again writes nothing.

    Raises Conflict when the directory moved since the plan. What several transactions had already written then stays,
    and the same file applied again completes it.
    """
    if planned.is_idle:
        return Applied(planned.before, {})
    now = clock.now()
    secrets = {partner.id: webhook_secret(random_bytes(SECRET_BYTES)) for partner in planned.unsealed}
    sealed = _sealed(planned.target, secrets, sealer)
    try:
        for page in _pages(planned, _entry_writes(planned, sealed, store), _told(planned, new_id, now)):
            store.write(*page)
    except ConditionFailed:
        raise Conflict("L’annuaire a changé pendant l’application : relancez la commande.") from None
    return Applied(str(planned.number), secrets)


def webhook_secret(key: bytes) -> str:
    """A signing key as the partner types it into its own system, and as it is sealed (Standard Webhooks)."""
    return f"whsec_{b64encode(key).decode()}"


def _target(file: TerritoryFile, current: Directory | None) -> Directory:
    section = file.territory
    return Directory(
        territory=Territory(
            id=section.id,
            name=section.name,
            communes=section.communes,
            settings=AlertSettings.model_validate(section.settings.model_dump()),
            visit_settings=VisitSettings(**dict(section.visit_settings)),
            matching_settings=MatchingSettings(**dict(section.matching_settings)),
        ),
        structures=tuple(Structure(**entry.model_dump()) for entry in file.structures),
        members=tuple(map(_member, file.members)),
        partners=tuple(
            Partner(
                structure_id=entry.structure,
                sealed_secret=_kept_secret(current, entry.id) if entry.channel == "webhook" else None,
                **entry.model_dump(exclude={"structure"}),
            )
            for entry in file.partners
        ),
    )


def _member(entry: MemberSection) -> Member:
    return Member(
        structure_id=entry.structure,
        deputy_id=entry.deputy,
        absent=tuple((absence.first, absence.last) for absence in entry.absences),
        **entry.model_dump(exclude={"structure", "deputy", "absences"}),
    )


def _kept_secret(current: Directory | None, partner_id: str) -> str | None:
    known = current.partner(partner_id) if current else None
    return known.sealed_secret if known else None


def _sealed(target: Directory, secrets: Mapping[str, str], sealer: Sealer) -> Directory:
    def seal(partner: Partner) -> Partner:
        if partner.id not in secrets:
            return partner
        context = {"territory": target.territory.id, "partner": partner.id}
        sealed = b64encode(sealer.encrypt(secrets[partner.id].encode(), context)).decode()
        return partner.model_copy(update={"sealed_secret": sealed})

    return target.model_copy(update={"partners": tuple(map(seal, target.partners))})


def _entry_writes(planned: Plan, sealed: Directory, store: DirectoryStore) -> list[Write]:
    """Every write but the territory's own, in the order that an interruption is repaired from.

    Users first: the members still stored tell whom they were. Partners last: their secrets can then still be shown.
    """
    territory_id = sealed.territory.id
    entries = entries_of(sealed)
    changed = [difference for difference in planned.differences.entries if difference.kind != "territory"]
    puts = {
        (each.kind, each.id): put_entry(territory_id, (each.kind, each.id), entries[each.kind, each.id])
        for each in changed
        if each.outcome != "removed"
    }
    removed = [delete_entry(territory_id, (each.kind, each.id)) for each in changed if each.outcome == "removed"]
    people = [write for (kind, _), write in puts.items() if kind != "partner"]
    partners = [write for (kind, _), write in puts.items() if kind == "partner"]
    return [*user_writes(planned.current, sealed, store), *people, *removed, *partners]


def _pages(planned: Plan, writes: Sequence[Write], told: Put) -> Iterator[list[Write]]:
    """Transactions, each guarded by the revision that the one before left: `7`, `8.1`, `8.2`, … `8`."""
    chunks = [writes[start : start + ENTRIES_A_PAGE] for start in range(0, len(writes), ENTRIES_A_PAGE)] or [[]]
    before = planned.before
    for place, chunk in enumerate(chunks, start=1):
        last = place == len(chunks)
        revision = str(planned.number) if last else f"{planned.number}.{place}"
        territory = planned.target.territory.model_copy(update={"revision": revision})
        edges = [put_territory(territory, before), register(territory)]
        yield [*edges, *chunk, *([told] if last else [])]
        before = revision


def _told(planned: Plan, new_id: NewId, now: datetime) -> Put:
    territory_id, revision = planned.target.territory.id, str(planned.number)
    metadata = Metadata(
        id=new_id(now),
        occurred_at=now,
        recorded_at=now,
        territory_id=territory_id,
        actor=ACTOR,
        correlation_id=f"{territory_id}:{revision}",
        causation_id=f"{territory_id}:{revision}",
        sequence=planned.number,
    )
    counts = planned.differences
    event = DirectoryChanged(
        revision=revision,
        added=counts.count("added"),
        changed=counts.count("changed"),
        removed=counts.count("removed"),
    )
    return outbox.entry(new_id(now), territory_id, [Recorded(metadata, event)], now)
