"""The JSON API of the register: a structure's own software searches and keeps it as its capteurs would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.visits.register import api_routes as routes
from services.visits.register.adding import add_enterprise, proposed
from services.visits.register.answers import (
    PATH,
    AddedAnswer,
    CandidatesAnswer,
    ContactKeptAnswer,
    ContactsAnswer,
    EnterpriseAnswer,
    EnterprisePageAnswer,
    LikelyDuplicatesPageAnswer,
    MergedAnswer,
    added_answer,
    candidates_answer,
    contacts_answer,
    duplicates_answer,
    enterprise_answer,
    kept_answer,
    merged_answer,
    page_answer,
)
from services.visits.register.commands import AddEnterprise, ContactGiven, CorrectContact, MergeEnterprises, UndoMerge
from services.visits.register.contacting import Contacts
from services.visits.register.criteria import read_criteria
from services.visits.register.desk import RegisterDesk
from services.visits.register.duplicates import likely_duplicates, unregistered_with_duplicates
from services.visits.register.merging import Registrar
from services.visits.register.places import find_commune
from services.visits.register.reading import contacts_of, open_enterprise
from services.visits.register.rights import MERGERS, READERS
from shared.identity import Identity, require
from shared.web.api import Callers, api_resolver

TITLE, DESCRIPTION = routes.TITLE, routes.DESCRIPTION
MOST_ITEMS = 100
DUPLICATES_PER_PAGE = 10
LONGEST = 120
NOBODY = "00000000-0000-5000-8000-000000000000"
"""The id of an enterprise that is only compared, never kept."""

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre d’entreprises par page.")]
Cursor = Annotated[str | None, Query(max_length=3000, description="`next_cursor` de la page précédente.")]
Words = Annotated[str, Query(alias="q", max_length=LONGEST, description="Début de nom, ou SIRET, ou SIREN.")]
Commune = Annotated[str, Query(max_length=LONGEST, description="Nom ou code INSEE.", examples=["25388"])]
Naf = Annotated[str, Query(max_length=6, description="Début de code NAF : `29`, `29.3`, `29.32Z`.")]
Sizes = Annotated[
    str, Query(alias="size", max_length=LONGEST, description="Tranches séparées par des virgules ; `11+` : 10 et plus.")
]
EnterpriseId = Annotated[str, Path(min_length=1, max_length=64, description="SIRET, ou UUID sans SIRET.")]
ContactId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant du contact.")]


@dataclass(frozen=True)
class RegisterApi:
    """The routes; each one finds its caller, then asks a use case."""

    desk: RegisterDesk
    callers: Callers

    def search(
        self,
        *,
        words: Words = "",
        commune: Commune = "",
        naf: Naf = "",
        sizes: Sizes = "",
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> EnterprisePageAnswer:
        caller = self.callers.caller()
        require(caller, *READERS)
        insee = find_commune(commune, self.desk.store.communes(caller.territory_id)) if commune else ""
        criteria = read_criteria(words, insee, naf, filter(None, sizes.split(",")))
        return page_answer(self.desk.store.search(caller.territory_id, criteria, limit, cursor))

    def add(self, enterprise: Annotated[AddEnterprise, Body()]) -> Response[AddedAnswer]:
        caller = self.callers.caller()
        answer = added_answer(add_enterprise(enterprise, self.callers.command(caller), caller, self.desk))
        return Response(201, "application/json", answer, {"Location": answer.url})

    def read(self, enterprise_id: EnterpriseId) -> EnterpriseAnswer:
        return enterprise_answer(open_enterprise(enterprise_id, self.callers.caller(), self.desk))

    def alike(self, enterprise: Annotated[AddEnterprise, Body()]) -> CandidatesAnswer:
        caller = self.callers.caller()
        require(caller, *READERS)
        new = proposed(enterprise, caller.territory_id, NOBODY, self.desk.clock.now())
        return candidates_answer(likely_duplicates(new, self.desk.store))

    def likely(self, cursor: Cursor = None) -> LikelyDuplicatesPageAnswer:
        caller = self.callers.caller()
        require(caller, *MERGERS)
        territory_id = caller.territory_id
        found = unregistered_with_duplicates(self.desk.store, territory_id, DUPLICATES_PER_PAGE, cursor)
        return duplicates_answer(*found)

    def of_one(self, enterprise_id: EnterpriseId) -> CandidatesAnswer:
        enterprise = open_enterprise(enterprise_id, self.callers.caller(), self.desk)
        return candidates_answer(likely_duplicates(enterprise, self.desk.store))

    def merge(self, merge: Annotated[MergeEnterprises, Body()]) -> MergedAnswer:
        caller = self.callers.caller()
        return merged_answer(Registrar(self.desk).merge(merge, self.callers.command(caller), caller))

    def undo(self, enterprise_id: EnterpriseId, undo: Annotated[UndoMerge, Body()]) -> MergedAnswer:
        caller = self.callers.caller()
        return merged_answer(Registrar(self.desk).undo(enterprise_id, undo, self.callers.command(caller), caller))

    def contacts(self, enterprise_id: EnterpriseId) -> ContactsAnswer:
        enterprise = open_enterprise(enterprise_id, self.callers.caller(), self.desk)
        return contacts_answer(contacts_of(enterprise, self.desk))

    def add_contact(
        self, enterprise_id: EnterpriseId, contact: Annotated[ContactGiven, Body()]
    ) -> Response[ContactKeptAnswer]:
        caller = self.callers.caller()
        kept = Contacts(self.desk).add(enterprise_id, contact, self.callers.command(caller), caller)
        return Response(201, "application/json", kept_answer(kept))

    def correct_contact(
        self, enterprise_id: EnterpriseId, contact_id: ContactId, contact: Annotated[CorrectContact, Body()]
    ) -> ContactKeptAnswer:
        caller = self.callers.caller()
        contacts, request = Contacts(self.desk), self.callers.command(caller)
        return kept_answer(contacts.correct(enterprise_id, contact_id, contact, request, caller))

    def object_contact(self, enterprise_id: EnterpriseId, contact_id: ContactId) -> ContactKeptAnswer:
        caller = self.callers.caller()
        return kept_answer(Contacts(self.desk).object(enterprise_id, contact_id, self.callers.command(caller), caller))

    def remove_contact(self, enterprise_id: EnterpriseId, contact_id: ContactId) -> ContactKeptAnswer:
        caller = self.callers.caller()
        return kept_answer(Contacts(self.desk).remove(enterprise_id, contact_id, self.callers.command(caller), caller))


def resolver(desk: RegisterDesk, identity: Identity, issuer: str, audience: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    api = RegisterApi(desk, callers)
    one, person = f"{PATH}/<enterprise_id>", f"{PATH}/<enterprise_id>/contacts/<contact_id>"
    app.get(PATH, **routes.SEARCH)(api.search)
    app.post(PATH, **routes.ADD)(api.add)
    app.post(f"{PATH}/alike", **routes.ALIKE)(api.alike)
    app.get(f"{PATH}/duplicates", **routes.LIKELY)(api.likely)
    app.post(f"{PATH}/merges", **routes.MERGE)(api.merge)
    app.get(one, **routes.READ)(api.read)
    app.get(f"{one}/duplicates", **routes.OF_ONE)(api.of_one)
    app.post(f"{one}/separate", **routes.UNDO)(api.undo)
    app.get(f"{one}/contacts", **routes.CONTACTS)(api.contacts)
    app.post(f"{one}/contacts", **routes.ADD_CONTACT)(api.add_contact)
    app.post(person, **routes.CORRECT_CONTACT)(api.correct_contact)
    app.post(f"{person}/objection", **routes.OBJECT_CONTACT)(api.object_contact)
    app.post(f"{person}/removal", **routes.REMOVE_CONTACT)(api.remove_contact)
    return app
