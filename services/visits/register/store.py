"""Where the register is kept.

    pk                   sk        what
    T#<t>#SIREN#<siren>  <siret>   an establishment
    T#<t>#UNREGISTERED   <uuid>    an enterprise without SIRET
    T#<t>#COMMUNES       <insee>   the label of a commune that has enterprises here

Index `name`: T#<t>#NAME#<two letters> by <folded name>#<id>. Index `place`: T#<t>#PLACE#<insee> by
<band>#<naf>#<folded name>#<id>. Index `size`: T#<t>#SIZE#<band> by <naf>#<insee>#<folded name>#<id>. What is closed or
merged stands in no index; what may not be shown by name is not in `name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.visits.register.criteria import Criteria
from services.visits.register.enterprise import (
    Enterprise,
    enterprise_of,
    item_of,
    key_of,
    name_pk,
    siren_pk,
    unregistered_pk,
)
from services.visits.register.folding import KEY_LENGTH
from services.visits.register.searching import EnterprisePage, Search
from shared.errors import NotFound
from shared.tables import Absent, Item, Put, TableClient

MOST_COMMUNES = 2000
"""Communes of a territory, at most: no French region has more than some two thousand of them with enterprises."""


class RegisterStore:
    """The enterprises of every territory, one territory at a time."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self._noted: dict[str, set[str]] = {}

    def get(self, territory_id: str, enterprise_id: str) -> Enterprise:
        """One enterprise, closed or merged ones too; raises NotFound."""
        item = self._table.get(*key_of(territory_id, enterprise_id))
        if item is None:
            raise NotFound("Cette entreprise n’existe pas dans le registre du territoire.")
        return enterprise_of(item)

    def known(self, territory_id: str, enterprise_ids: Iterable[str]) -> dict[str, Enterprise]:
        """Those of these enterprises that the register has, by id."""
        items = self._table.get_many([key_of(territory_id, each) for each in dict.fromkeys(enterprise_ids)])
        return {enterprise.id: enterprise for enterprise in map(enterprise_of, items)}

    def digests(self, territory_id: str, enterprise_ids: Iterable[str]) -> dict[str, str]:
        """The same, only with what says whether an import changes them: nothing is parsed."""
        items = self._table.get_many([key_of(territory_id, each) for each in dict.fromkeys(enterprise_ids)])
        return {item["id"]: item["digest"] for item in items}

    def keep(self, enterprises: Sequence[Enterprise]) -> None:
        """Writes each whole, whatever was there: one write unit a record, and one for each commune seen first."""
        self._note_communes(enterprises)
        self._table.put_many([item_of(enterprise) for enterprise in enterprises])

    def add(self, enterprise: Enterprise) -> None:
        """Writes one that is new; raises ConditionFailed when its id is known."""
        self._table.write(Put(item_of(enterprise), (Absent(),)))
        self._note_communes([enterprise])

    def mark_merged(self, territory_id: str, enterprise_id: str, survivor_id: str | None) -> None:
        """Takes a record out of the searches because another stands for it, or back into them with None."""
        enterprise = self.get(territory_id, enterprise_id)
        if enterprise.merged_into != survivor_id:
            self._table.write(Put(item_of(enterprise.model_copy(update={"merged_into": survivor_id}))))

    def of_siren(self, territory_id: str, siren: str, limit: int = 100) -> tuple[Enterprise, ...]:
        """The establishments of a SIREN in the territory, closed ones too."""
        return tuple(map(enterprise_of, self._table.query(siren_pk(territory_id, siren), limit=limit).items))

    def search(self, territory_id: str, criteria: Criteria, limit: int, cursor: str | None = None) -> EnterprisePage:
        """A page of what the criteria find, the largest first when no name is asked; raises Invalid for a forged cursor."""
        return Search(self._table, territory_id, criteria).page(limit, cursor)

    def beginning_with(self, territory_id: str, folded: str, limit: int) -> tuple[Enterprise, ...]:
        """The first enterprises in the order of names whose folded name begins so: two letters at least."""
        page = self._table.query(name_pk(territory_id, folded), index="name", begins=folded[:KEY_LENGTH], limit=limit)
        return tuple(map(enterprise_of, page.items))

    def unregistered(self, territory_id: str, limit: int, cursor: str | None = None) -> EnterprisePage:
        """The enterprises without a SIRET, merged ones too; raises Invalid for a cursor of another list."""
        page = self._table.query(unregistered_pk(territory_id), limit=limit, cursor=cursor)
        return EnterprisePage(tuple(map(enterprise_of, page.items)), page.cursor)

    def communes(self, territory_id: str) -> dict[str, str]:
        """The label of each commune that has, or had, an enterprise here, by INSEE code."""
        items = self._table.query(_communes_pk(territory_id), limit=MOST_COMMUNES).items
        return {item["sk"]: item["label"] for item in items}

    def _note_communes(self, enterprises: Sequence[Enterprise]) -> None:
        territories: dict[str, dict[str, str]] = {}
        for each in enterprises:
            if each.insee:
                territories.setdefault(each.territory_id, {}).setdefault(each.insee, each.commune)
        for territory_id, labels in territories.items():
            self._note(territory_id, labels)

    def _note(self, territory_id: str, labels: Mapping[str, str]) -> None:
        noted = self._noted.setdefault(territory_id, set())
        if not labels.keys() <= noted:
            noted |= self.communes(territory_id).keys()
        for insee in labels.keys() - noted:
            self._table.write(Put(_commune_item(territory_id, insee, labels[insee])))
        noted |= labels.keys()


def _communes_pk(territory_id: str) -> str:
    return f"T#{territory_id}#COMMUNES"


def _commune_item(territory_id: str, insee: str, label: str) -> Item:
    return {"pk": _communes_pk(territory_id), "sk": insee, "label": label}
