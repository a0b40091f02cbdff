"""Where the questionnaires of a territory are kept.

    pk                    sk        what
    T#<t>#QUESTIONNAIRE   V#0001    a published version, never written again
    T#<t>#QUESTIONNAIRE   DRAFT     what is being prepared, with the version that it began from

A territory without any has the one that is shipped, version 0.
"""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.questionnaire.definition import SHIPPED, Questionnaire
from services.visits.questionnaire.shipped import shipped
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Delete, Equals, Item, Put, TableClient

DRAFT = "DRAFT"
VERSION = "V#"
MOST_VERSION = 9999
NO_VERSION = "Cette version du questionnaire n’existe pas."


class Published(BaseModel):
    """A version in force or past, who published it and why; nobody published the one that is shipped."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    questionnaire: Questionnaire
    published_at: AwareDatetime | None = None
    published_by: str | None = None
    reason: str = ""


class Draft(BaseModel):
    """What is being prepared: `questionnaire.version` is what it would become, `revision` is another at each change."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    revision: str
    questionnaire: Questionnaire
    changed_at: AwareDatetime
    changed_by: str


class VersionPage(BaseModel):
    """Some versions, the latest first, and the cursor of the next ones."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    versions: tuple[Published, ...]
    cursor: str | None


class QuestionnaireStore:
    """The versions of each territory and the draft of the next one."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def current(self, territory_id: str) -> Questionnaire:
        """What a new visit asks."""
        return self.in_force(territory_id).questionnaire

    def in_force(self, territory_id: str) -> Published:
        """The latest version with its publication: one Query of one item."""
        items = self._table.query(_pk(territory_id), begins=VERSION, limit=1, newest_first=True).items
        return Published.model_validate(items[0]) if items else Published(questionnaire=shipped())

    def version(self, territory_id: str, number: int) -> Questionnaire:
        """What a visit was asked, however long ago; raises NotFound."""
        return self.publication(territory_id, number).questionnaire

    def publication(self, territory_id: str, number: int) -> Published:
        """One version with its publication; raises NotFound."""
        if number == SHIPPED:
            return Published(questionnaire=shipped())
        known = SHIPPED < number <= MOST_VERSION
        item = self._table.get(_pk(territory_id), _version_sk(number)) if known else None
        if item is None:
            raise NotFound(NO_VERSION)
        return Published.model_validate(item)

    def history(self, territory_id: str, limit: int, cursor: str | None = None) -> VersionPage:
        """The published versions, the latest first; raises Invalid for a forged cursor."""
        page = self._table.query(_pk(territory_id), begins=VERSION, limit=limit, cursor=cursor, newest_first=True)
        return VersionPage(versions=tuple(map(Published.model_validate, page.items)), cursor=page.cursor)

    def draft(self, territory_id: str) -> Draft | None:
        """What is being prepared, if anything is."""
        item = self._table.get(_pk(territory_id), DRAFT)
        return Draft.model_validate(item) if item else None

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def save_draft(self, territory_id: str, draft: Draft, after: str | None, claim: Put) -> None:
        """Replaces the draft of revision `after`, or begins one; raises ConditionFailed when somebody was faster."""
        item: Item = draft.model_dump(mode="json", exclude_defaults=True) | {"pk": _pk(territory_id), "sk": DRAFT}
        before = Absent() if after is None else Equals({"revision": after})
        self._table.write(claim, Put(item, (before,)))

    def drop_draft(self, territory_id: str, revision: str, claim: Put) -> None:
        """Forgets the draft; raises ConditionFailed when it has changed."""
        self._table.write(claim, _draft_gone(territory_id, revision))

    def publish(self, territory_id: str, published: Published, revision: str, entry: Put, claim: Put) -> None:
        """Makes the draft a version, once; raises ConditionFailed when the draft or the version in force moved."""
        number = published.questionnaire.version
        key = {"pk": _pk(territory_id), "sk": _version_sk(number)}
        item: Item = published.model_dump(mode="json", exclude_defaults=True) | key
        self._table.write(claim, Put(item, (Absent(),)), _draft_gone(territory_id, revision), entry)


def _draft_gone(territory_id: str, revision: str) -> Delete:
    return Delete(_pk(territory_id), DRAFT, (Equals({"revision": revision}),))


def _pk(territory_id: str) -> str:
    return f"T#{territory_id}#QUESTIONNAIRE"


def _version_sk(number: int) -> str:
    return f"{VERSION}{number:04}"
