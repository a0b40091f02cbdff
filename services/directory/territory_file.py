"""The file of a territory: its shape, and its reading with every mistake told at once (see docs/directory.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from stdnum.fr import siret as siret_numbers

from services.directory.contact_points import (
    email_address,
    mobile_number,
    phone_number,
    webhook_address,
)
from services.directory.file_rules import coverage_problems, reference_problems
from services.directory.marked_yaml import Marked, Path, Problem, read_marked
from services.directory.refusals import refusal
from shared.address_book import ChannelName, Role
from shared.errors import Invalid
from shared.settings import AlertSettings, MatchingSettings, SubdivisionChange, VisitSettings


class InvalidFile(Invalid):
    """The file was refused; `problems` are all its mistakes, in the order of the lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, sorted(problems))), code="fichier-refuse")
        self.problems = sorted(problems)


def _is_demonstration(info: ValidationInfo) -> bool:
    return bool((info.context or {}).get("demonstration"))


def _siret(text: str) -> str:
    if not siret_numbers.is_valid(text):
        raise ValueError("SIRET erroné : 14 chiffres dont le dernier est une clé de contrôle.")
    return str(siret_numbers.compact(text))


def _phone(text: str, info: ValidationInfo) -> str:
    return phone_number(text, fiction=_is_demonstration(info))


def _address(text: str, info: ValidationInfo) -> str:
    match info.data.get("channel"):
        case "email":
            return email_address(text)
        case "sms":
            return mobile_number(text, fiction=_is_demonstration(info))
        case "webhook":
            return webhook_address(text, loopback=_is_demonstration(info))
        case _:
            # The channel itself was refused: that is the mistake to tell.
            return text


def _distinct(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if len(set(roles)) < len(roles):
        raise ValueError("Un rôle est donné deux fois : gardez-en un.")
    return roles


def _day(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("Jour illisible : attendu « 2026-12-21 ».") from None


Day = Annotated[date, BeforeValidator(_day)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
Commune = Annotated[str, StringConstraints(pattern=r"^(\d{2}|2[AB])\d{3}$")]
Email = Annotated[str, AfterValidator(email_address)]
Phone = Annotated[str, AfterValidator(_phone)]
Siret = Annotated[str, AfterValidator(_siret)]
Roles = Annotated[tuple[Role, ...], Field(min_length=1), AfterValidator(_distinct)]


class Section(BaseModel):
    """A part of the file: an unknown key is a mistake, never ignored."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class SubdivisionChangeSection(SubdivisionChange):
    """From which day on the public holidays are those of another subdivision."""

    model_config = ConfigDict(extra="forbid")

    since: Day


class SettingsSection(AlertSettings):
    """What the territory chose; in the file an unknown setting is a mistake."""

    model_config = ConfigDict(extra="forbid")

    subdivision_changes: tuple[SubdivisionChangeSection, ...] = ()


class VisitSettingsSection(VisitSettings):
    """What the territory chose about its visits; in the file an unknown setting is a mistake."""

    model_config = ConfigDict(extra="forbid")


class MatchingSettingsSection(MatchingSettings):
    """What the territory chose about matching; in the file an unknown setting is a mistake."""

    model_config = ConfigDict(extra="forbid")


class TerritorySection(Section):
    """Which territory, and what it chose."""

    id: Id
    name: Name
    communes: tuple[Commune, ...] = ()
    settings: SettingsSection = SettingsSection()
    visit_settings: VisitSettingsSection = VisitSettingsSection()
    matching_settings: MatchingSettingsSection = MatchingSettingsSection()


class StructureSection(Section):
    """A partner structure."""

    id: Id
    name: Name
    kind: Id
    siret: Siret | None = None


class AbsenceSection(Section):
    """Days on which a person is told nothing."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> AbsenceSection:
        if self.last < self.first:
            raise ValueError("L’absence finit avant de commencer : vérifiez les deux jours.")
        return self


class MemberSection(Section):
    """A person of a structure."""

    id: Id
    structure: Id
    name: Name
    roles: Roles
    email: Email | None = None
    phone: Phone | None = None
    subject: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    absences: tuple[AbsenceSection, ...] = ()
    deputy: Id | None = None


class PartnerSection(Section):
    """A recipient of the diffusion."""

    id: Id
    name: Name
    structure: Id | None = None
    channel: ChannelName
    address: Annotated[str, AfterValidator(_address)]
    paused: bool = False


class TerritoryFile(Section):
    """The whole file."""

    territory: TerritorySection
    structures: Annotated[tuple[StructureSection, ...], Field(min_length=1)]
    members: Annotated[tuple[MemberSection, ...], Field(min_length=1)]
    partners: tuple[PartnerSection, ...] = ()


SECTIONS: dict[str, type[BaseModel]] = {
    "territory": TerritorySection,
    "settings": SettingsSection,
    "visit_settings": VisitSettingsSection,
    "matching_settings": MatchingSettingsSection,
    "subdivision_changes": SubdivisionChangeSection,
    "structures": StructureSection,
    "members": MemberSection,
    "absences": AbsenceSection,
    "partners": PartnerSection,
}
"""What stands under each key."""


def read_territory_file(text: str, *, demonstration: bool = False) -> TerritoryFile:
    """The file that `text` holds; raises InvalidFile with every mistake found, each with its line.

    `demonstration` accepts what reaches nobody: webhooks on this machine, phone numbers of fiction.
    """
    document = read_marked(text)
    if document.problems and document.value is None:
        raise InvalidFile(document.problems)
    file, problems = _validated(document, demonstration)
    problems += document.problems + reference_problems(document)
    if file is not None:
        problems += coverage_problems(document, file)
    if file is None or problems:
        raise InvalidFile(problems)
    return file


def _validated(document: Marked, demonstration: bool) -> tuple[TerritoryFile | None, list[Problem]]:
    try:
        return TerritoryFile.model_validate(document.value, context={"demonstration": demonstration}), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        deep = {detail["loc"][:-1] for detail in details if detail["loc"]}
        # A list whose every value was refused is also called too short: only the values are to be put right.
        told = [detail for detail in details if detail["loc"] not in deep]
        return None, [refusal(document, detail, _keys_beside(detail["loc"])) for detail in told]


def _keys_beside(path: Path) -> list[str]:
    """The keys that the file may have where `path` ends."""
    around = [str(part) for part in path[:-1] if str(part) in SECTIONS]
    return list(SECTIONS[around[-1]].model_fields if around else TerritoryFile.model_fields)
