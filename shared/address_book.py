"""Who is where, and how to reach them: the one read model that the directory publishes to the other services.

Contact details do not travel in events. They stand here, are written by the directory alone, and are read by key by the
functions that send. One Query gives a whole territory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.errors import NotFound
from shared.published import partition
from shared.settings import AlertSettings, MatchingSettings, VisitSettings
from shared.tables import Item, TableClient

Role = Literal["capteur", "manager", "coordinator", "deputy", "steering", "agency", "diffusion"]
ChannelName = Literal["email", "sms", "webhook"]
_CHANNELS = get_args(ChannelName)


def _known_roles(value: Any) -> Any:
    """A role that came later is nobody's here: a function which is not deployed yet still reads the person."""
    return tuple(role for role in value if role in get_args(Role)) if isinstance(value, list | tuple) else value


Roles = Annotated[tuple[Role, ...], BeforeValidator(_known_roles)]
Absence = tuple[date, date]
"""From the first day to the last one, both included, on the calendar of Paris."""


class Entry(BaseModel):
    """What every entry shares."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")


class Territory(Entry):
    """A territory and its settings."""

    id: str
    name: str
    communes: tuple[str, ...] = ()
    """INSEE codes."""
    settings: AlertSettings = Field(default_factory=AlertSettings)
    visit_settings: VisitSettings = Field(default_factory=VisitSettings)
    matching_settings: MatchingSettings = Field(default_factory=MatchingSettings)
    revision: str = ""


class Structure(Entry):
    """A partner structure: a chamber, an OPCO, the agency…"""

    id: str
    name: str
    kind: str
    siret: str | None = None


class Member(Entry):
    """A person of a structure, with roles in this territory. `email` and `phone` (E.164) never leave for a log."""

    id: str
    structure_id: str
    name: str
    roles: Roles
    email: str | None = None
    phone: str | None = None
    subject: str | None = None
    """Who this is for the sign-in service (claim `sub`); null for somebody who never signs in."""
    absent: tuple[Absence, ...] = ()
    deputy_id: str | None = None
    """Who gets this person's messages while they are absent."""

    def is_absent(self, day: date) -> bool:
        """Whether that day falls in one of the absences."""
        return any(first <= day <= last for first, last in self.absent)


class Partner(Entry):
    """A recipient of the diffusion and the channel that it chose."""

    id: str
    name: str
    structure_id: str | None = None
    channel: ChannelName
    address: str
    """An e-mail address, a phone number (E.164) or an HTTPS address, as the channel says."""
    sealed_secret: str | None = None
    """The webhook's signing secret, as text `whsec_…`: KMS ciphertext in base64, context {territory, partner}."""
    paused: bool = False


class Membership(Entry):
    """What a user is in one territory."""

    territory_id: str
    territory_name: str
    structure_id: str
    structure_name: str
    member_id: str
    roles: Roles


class User(Entry):
    """A signed-in subject and where they belong."""

    subject: str
    name: str
    memberships: tuple[Membership, ...] = Field(default=())


class Directory(Entry):
    """All of a territory's entries."""

    territory: Territory
    structures: tuple[Structure, ...] = ()
    members: tuple[Member, ...] = ()
    partners: tuple[Partner, ...] = ()

    @cached_property
    def _listed(self) -> tuple[tuple[Partner, ...], dict[str, Partner], list[str]]:
        """The partners by id, for a diffusion asks for each of thousands; and which ones, since a copy takes this along."""
        by_id = {partner.id: partner for partner in self.partners}
        return self.partners, by_id, sorted(by_id)

    def having(self, *roles: Role) -> tuple[Member, ...]:
        """The members who have any of these roles."""
        return tuple(member for member in self.members if set(roles) & set(member.roles))

    def member(self, member_id: str) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)

    def standing_in(self, member: Member, day: date) -> Member | None:
        """Who is told what is meant for this person: themselves, else their deputy; None when both are away."""
        if not member.is_absent(day):
            return member
        deputy = self.member(member.deputy_id or "")
        return deputy if deputy and not deputy.is_absent(day) else None

    def partner(self, partner_id: str) -> Partner | None:
        return self._partners_by_id()[0].get(partner_id)

    def partners_after(self, partner_id: str, most: int) -> tuple[Partner, ...]:
        """The next ones in the order of their ids, at most so many."""
        by_id, ids = self._partners_by_id()
        start = bisect_right(ids, partner_id)
        return tuple(by_id[each] for each in ids[start : start + most])

    def _partners_by_id(self) -> tuple[dict[str, Partner], list[str]]:
        if self._listed[0] is not self.partners:
            del self.__dict__["_listed"]
        return self._listed[1:]

    def structure(self, structure_id: str) -> Structure | None:
        return next((structure for structure in self.structures if structure.id == structure_id), None)


def _has_known_channel(item: Item) -> bool:
    """A partner on a channel that came later is told by the functions that know it."""
    return item.get("channel") in _CHANNELS


class AddressBook:
    """Reads the table that the directory writes."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def directory(self, territory_id: str) -> Directory:
        """Everything about one territory in one Query, but for kinds of entries that came later; raises NotFound."""
        entries: defaultdict[str, list[Item]] = defaultdict(list)
        for item in partition(self._table, f"T#{territory_id}"):
            entries[str(item["sk"]).partition("#")[0]].append(item)
        if not entries["TERRITORY"]:
            raise NotFound("Ce territoire n’existe pas.")
        return Directory(
            territory=Territory.model_validate(entries["TERRITORY"][0]),
            structures=tuple(map(Structure.model_validate, entries["STRUCTURE"])),
            members=tuple(map(Member.model_validate, entries["MEMBER"])),
            partners=tuple(map(Partner.model_validate, filter(_has_known_channel, entries["PARTNER"]))),
        )

    def territory(self, territory_id: str) -> Territory:
        """A territory and its settings, without the people; raises NotFound."""
        item = self._table.get(f"T#{territory_id}", "TERRITORY")
        if item is None:
            raise NotFound("Ce territoire n’existe pas.")
        return Territory.model_validate(item)

    def user(self, subject: str) -> User | None:
        item = self._table.get(f"USER#{subject}", "USER")
        return User.model_validate(item) if item else None
