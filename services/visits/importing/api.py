"""The JSON API of imports: a territory's own tools send the register's file, then read what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.visits.importing.answers import (
    BegunAnswer,
    ImportAnswer,
    ImportPageAnswer,
    begun_answer,
    import_answer,
    page_answer,
)
from services.visits.importing.commands import IMPORTERS, BeginImport, ImportCommands, begin_import
from services.visits.importing.record import Import
from services.visits.importing.viewing import view
from shared.identity import Caller, Identity, require
from shared.ids import NewId, new_id
from shared.web.api import Callers, api_resolver
from shared.web.openapi import route

TITLE = "Vigie – Imports d’entreprises"
DESCRIPTION = (
    "Importer le fichier SIRENE des établissements, ou un fichier du territoire, dans le registre. Quatre temps : commencer "
    "l’import, envoyer le fichier par le formulaire de la réponse, le faire vérifier (rien n’est écrit), puis l’appliquer. "
    "Chaque commande peut être répétée : elle reprend le travail là où il s’était arrêté."
)
PATH = "/api/v1/imports"
TAG = "Imports"
MOST_ITEMS = 100

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre d’imports par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
ImportId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant de l’import.")]


@dataclass(frozen=True)
class ImportApi:
    """The routes; each one finds its caller, then asks a use case."""

    commands: ImportCommands
    callers: Callers
    public_url: str
    new_id: NewId = new_id

    def begin(self, command: Annotated[BeginImport, Body()]) -> Response[BegunAnswer]:
        caller, commands = self._caller(), self.commands
        request = self.callers.command(caller)
        begun = begin_import(command, request, caller, store=commands.store, clock=commands.clock, new_id=self.new_id)
        subject = commands.store.get(caller.territory_id, begun.import_id)
        form = commands.objects.upload_form(subject, f"{self.public_url}/imports/{subject.id}")
        answer = begun_answer(subject.id, form)
        return Response(201, "application/json", answer, {"Location": answer.url})

    def list_imports(self, limit: Limit = 20, cursor: Cursor = None) -> ImportPageAnswer:
        return page_answer(self.commands.store.latest(self._caller().territory_id, limit, cursor))

    def read(self, import_id: ImportId) -> ImportAnswer:
        return self._shown(self.commands.store.get(self._caller().territory_id, import_id))

    def check(self, import_id: ImportId) -> ImportAnswer:
        return self._commanded(import_id, self.commands.check)

    def apply(self, import_id: ImportId) -> ImportAnswer:
        return self._commanded(import_id, self.commands.apply)

    def abandon(self, import_id: ImportId) -> ImportAnswer:
        return self._commanded(import_id, self.commands.abandon)

    def _commanded(self, import_id: str, command: Callable[[str, Caller], Import]) -> ImportAnswer:
        """The state of an import makes its commands the same when said again: the key is asked, not kept."""
        caller = self._caller()
        self.callers.command(caller)
        return self._shown(command(import_id, caller))

    def _shown(self, subject: Import) -> ImportAnswer:
        objects, file = self.commands.objects, subject.file
        shown = view(subject, self.commands.store, objects)
        report_url = objects.report_url(subject) if file else None
        annotated_url = objects.annotated_url(subject) if file and file.annotated else None
        return import_answer(shown, report_url, annotated_url)

    def _caller(self) -> Caller:
        caller = self.callers.caller()
        require(caller, *IMPORTERS)
        return caller


def resolver(
    commands: ImportCommands, identity: Identity, issuer: str, audience: str, public_url: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    api = ImportApi(commands, callers, public_url)
    app.post(PATH, **BEGIN)(api.begin)
    app.get(PATH, **LIST)(api.list_imports)
    app.get(f"{PATH}/<import_id>", **READ)(api.read)
    app.post(f"{PATH}/<import_id>/check", **CHECK)(api.check)
    app.post(f"{PATH}/<import_id>/apply", **APPLY)(api.apply)
    app.post(f"{PATH}/<import_id>/abandon", **ABANDON)(api.abandon)
    return app


_route = partial(route, TAG)


BEGIN = _route(
    "Commencer un import",
    "La réponse dit où envoyer le fichier (150 Mo au plus) : CSV, ou classeur .xlsx. Réservé à la coordination.",
    *(403, 404, 413, 422),
    status=201,
    headers={"Location": {"description": "Où suivre l’import.", "schema": {"type": "string"}}},
)
LIST = _route("Lister les imports", "Ceux du territoire, du plus récent au plus ancien.", *(403, 404, 422))
READ = _route(
    "Suivre un import",
    "Son état, son avancement, ses comptes, ses premières erreurs et ses rapports.",
    *(403, 404, 422),
)
CHECK = _route(
    "Faire vérifier le fichier",
    "Lit le fichier et le compare au registre, sans rien écrire ; l’état passe de `reading` à `checked`, ou `failed`.",
    *(403, 404, 409, 422),
)
APPLY = _route(
    "Appliquer au registre", "Écrit les fiches nouvelles, modifiées et fermées, et elles seules.", *(403, 404, 409, 422)
)
ABANDON = _route("Abandonner un import", "Avant son application ; le registre ne change pas.", *(403, 404, 409, 422))
