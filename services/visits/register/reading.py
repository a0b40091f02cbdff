"""Reads one enterprise with all that belongs to it, as far as the caller may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain

from services.visits.need import Need
from services.visits.reading import Criteria, open_file, visible_visits
from services.visits.register.contact import Contact
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import Enterprise
from services.visits.register.files import EnterpriseFile
from services.visits.register.merge import Merge
from services.visits.register.note import Note
from services.visits.register.rights import READERS
from services.visits.visit import Visit
from shared.identity import Caller, require

MOST_VISITS = 20
"""The latest ones; all are in the list of visits."""
MOST_FILES = 8
"""Visits whose needs are read for one page."""
MOST_ABSORBED = 20


@dataclass(frozen=True)
class NeedHeard:
    """A need and the visit that it came out of."""

    need: Need
    visit: Visit


@dataclass(frozen=True)
class Fiche:
    """An enterprise as its page shows it: what is said of the records merged into it is said of it."""

    enterprise: Enterprise
    absorbed: tuple[Merge, ...]
    contacts: tuple[Contact, ...]
    notes: tuple[Note, ...]
    visits: tuple[Visit, ...]
    needs: tuple[NeedHeard, ...]

    @property
    def planned(self) -> tuple[Visit, ...]:
        """The visits to come, the next one first."""
        return tuple(reversed([visit for visit in self.visits if visit.state in ("planned", "rescheduled")]))

    @property
    def last_visited_on(self) -> date | None:
        """The day of the last visit that the caller may know of."""
        return max((visit.visited_on for visit in self.visits if visit.visited_on), default=None)


def open_enterprise(enterprise_id: str, caller: Caller, desk: RegisterDesk) -> Enterprise:
    """The record that stands for this id, after any merge; raises Forbidden, NotFound."""
    require(caller, *READERS)
    survivor_id = desk.files.survivor_of(caller.territory_id, enterprise_id)
    return desk.store.get(caller.territory_id, survivor_id)


def open_fiche(enterprise: Enterprise, caller: Caller, desk: RegisterDesk) -> Fiche:
    """All about an enterprise that `open_enterprise` gave; a bounded number of visits and needs."""
    files = _family(enterprise, desk)
    members = [enterprise.id, *(merge.absorbed_id for file in files for merge in file.absorbed)]
    visits = _visits(members, caller, desk)
    return Fiche(
        enterprise,
        tuple(chain.from_iterable(file.absorbed for file in files)),
        _contacts(files),
        _notes(files),
        visits,
        _needs(visits, caller, desk),
    )


def contacts_of(enterprise: Enterprise, desk: RegisterDesk) -> tuple[Contact, ...]:
    """The persons to call, of merged records too; those who object come last."""
    return _contacts(_family(enterprise, desk))


def _contacts(files: list[EnterpriseFile]) -> tuple[Contact, ...]:
    return tuple(sorted(chain.from_iterable(file.contacts for file in files), key=_contact_order))


def _family(enterprise: Enterprise, desk: RegisterDesk) -> list[EnterpriseFile]:
    """The enterprise's own file, then those of all that was merged into it, directly or not."""
    now, territory_id = desk.clock.now(), enterprise.territory_id
    files: list[EnterpriseFile] = []
    ids = [enterprise.id]
    while ids and len(files) <= MOST_ABSORBED:
        file = desk.files.file(territory_id, ids.pop(0), now)
        files.append(file)
        ids += [merge.absorbed_id for merge in file.absorbed]
    return files


def _visits(enterprise_ids: list[str], caller: Caller, desk: RegisterDesk) -> tuple[Visit, ...]:
    """The latest visits that the caller may read, of all these records."""
    pages = [
        visible_visits(caller, desk.visits, MOST_VISITS, None, Criteria(enterprise_id=each)).visits
        for each in enterprise_ids
    ]
    return tuple(sorted(chain.from_iterable(pages), key=lambda visit: (visit.day, visit.id), reverse=True))[
        :MOST_VISITS
    ]


def _needs(visits: tuple[Visit, ...], caller: Caller, desk: RegisterDesk) -> tuple[NeedHeard, ...]:
    heard = [visit for visit in visits if visit.needs_count][:MOST_FILES]
    return tuple(NeedHeard(need, visit) for visit in heard for need in open_file(visit.id, caller, desk.visits).needs)


def _contact_order(contact: Contact) -> tuple[bool, int, str]:
    return (contact.objected_on is not None, -contact.last_contact_on.toordinal(), contact.name)


def _notes(files: list[EnterpriseFile]) -> tuple[Note, ...]:
    """A merge is told once: from the side of the one that stays."""
    own, *absorbed = files
    others = (note for file in absorbed for note in file.notes if note.kind != "merged")
    return (*own.notes, *others)
