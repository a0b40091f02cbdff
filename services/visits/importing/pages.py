"""The pages of imports: the list, a new one, and one from its file to the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.importing.commands import IMPORTERS, BeginImport, ImportCommands, begin_import
from services.visits.importing.layouts import KINDS, OWN, SIRENE
from services.visits.importing.objects import LARGEST_FILE, ImportObjects
from services.visits.importing.record import OPERATOR, STATES, Import
from services.visits.importing.store import ImportStore
from services.visits.importing.viewing import ENCODINGS, SEPARATORS, ImportView, view
from services.visits.site import Site
from services.visits.wording import LINE_LENGTH
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.errors import Conflict, Invalid
from shared.identity import Caller, Identity, require
from shared.typed import clean
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_resolver
from shared.web.responses import external_redirect, redirect

TEMPLATES = Path(__file__).parents[1] / "templates"
PER_PAGE = 20
MEGABYTE = 1_000_000
NEXT: Mapping[str, Flash] = {
    "check": Flash("La vérification a commencé. Rien n’est encore écrit dans le registre.", "info"),
    "apply": Flash("L’application a commencé : le registre change au fur et à mesure.", "info"),
    "abandon": Flash("L’import est abandonné : le registre n’a pas changé."),
}


@dataclass(frozen=True)
class ImportPages:
    """The routes; each one finds its caller, then asks a use case and shows the result."""

    site: Site
    store: ImportStore
    objects: ImportObjects
    commands: ImportCommands
    book: AddressBook

    def list_imports(self) -> Response[str]:
        caller = self._caller()
        shown = self.store.latest(caller.territory_id, PER_PAGE, self.site.asked("cursor") or None)
        context = {
            "imports": shown.imports,
            "names": self._names(caller) if shown.imports else {},
            "states": STATES,
            "kinds": KINDS,
            "next": f"/imports?cursor={shown.cursor}" if shown.cursor else "",
        }
        return self.site.show("importing/list.html", context)

    def new(self) -> Response[str]:
        self._caller()
        return self._form(Form())

    def begin(self) -> Response[str]:
        caller, fields = self._caller(), self.site.posted()
        title = str(clean(fields.get("title", "")))
        if len(title) > LINE_LENGTH:
            error = Invalid("L’intitulé est à corriger.", fields={"title": f"Au plus {LINE_LENGTH} caractères."})
            return self._form(Form.from_error(fields, error), 422)
        request = self.site.request(fields, caller)
        given = BeginImport(title=title or None)
        begun = begin_import(given, request, caller, store=self.store, clock=self.site.clock, new_id=self.site.new_id)
        return redirect(f"/imports/{begun.import_id}")

    def show(self, import_id: str) -> Response[str]:
        caller = self._caller()
        shown = view(self.store.get(caller.territory_id, import_id), self.store, self.objects)
        if shown.subject.state == "expected" and shown.sent is None:
            return self._upload(shown)
        context = {
            "view": shown,
            "rival": self._rival(shown.subject),
            "names": self._names(caller),
            "states": STATES,
            "kinds": KINDS,
            "encodings": ENCODINGS,
            "separators": SEPARATORS,
        }
        return self.site.show("importing/import.html", context)

    def check(self, import_id: str) -> Response[str]:
        return self._commanded(import_id, self.commands.check, "check")

    def apply(self, import_id: str) -> Response[str]:
        return self._commanded(import_id, self.commands.apply, "apply")

    def abandon(self, import_id: str) -> Response[str]:
        return self._commanded(import_id, self.commands.abandon, "abandon")

    def report(self, import_id: str) -> Response[str]:
        """Leads to the list of what was refused and repaired, by a link that soon expires."""
        return external_redirect(self.objects.report_url(self._read(import_id)))

    def annotated(self, import_id: str) -> Response[str]:
        """Leads to the file with its column of errors, by a link that soon expires."""
        return external_redirect(self.objects.annotated_url(self._read(import_id)))

    def _read(self, import_id: str) -> Import:
        subject = self.store.get(self._caller().territory_id, import_id)
        if subject.file is None:
            raise Conflict("Ce fichier n’a pas été lu : il n’y a rien à télécharger.")
        return subject

    def _commanded(self, import_id: str, command: Callable[[str, Caller], Import], name: str) -> Response[str]:
        caller = self._caller()
        self.site.posted()
        try:
            command(import_id, caller)
        except (Invalid, Conflict) as error:
            return redirect(f"/imports/{import_id}", flash=Flash(error.message, "watch"))
        return redirect(f"/imports/{import_id}", flash=NEXT[name])

    def _upload(self, shown: ImportView) -> Response[str]:
        form = self.objects.upload_form(shown.subject, f"{self.site.public_url}/imports/{shown.subject.id}")
        context = {"subject": shown.subject, "form": form, "most": LARGEST_FILE // MEGABYTE}
        return self.site.show("importing/upload.html", context, form_targets=[form.origin])

    def _form(self, form: Form, status: int = 200) -> Response[str]:
        context = {"f": form, "key": self.site.key(form), "longest": LINE_LENGTH, "own": OWN, "official": SIRENE}
        return self.site.show("importing/new.html", context, status)

    def _rival(self, subject: Import) -> Import | None:
        """Another import that is at work while this one waits for a decision."""
        if subject.state != "checked":
            return None
        latest = self.store.latest(subject.territory_id, PER_PAGE).imports
        return next((other for other in latest if other.at_work and other.id != subject.id), None)

    def _names(self, caller: Caller) -> dict[str, str]:
        """Who is who among those who import."""
        members = self.book.directory(caller.territory_id).members
        return {OPERATOR: "l’exploitant du site"} | {member.id: member.name for member in members}

    def _caller(self) -> Caller:
        caller = self.site.caller()
        require(caller, *IMPORTERS)
        return caller


def resolver(
    commands: ImportCommands, book: AddressBook, identity: Identity, clock: Clock, public_url: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    site = Site(app, pages, identity, clock, public_url)
    imports = ImportPages(site, commands.store, commands.objects, commands, book)
    app.get("/imports")(imports.list_imports)
    app.get("/imports/nouveau")(imports.new)
    app.post("/imports/nouveau")(imports.begin)
    app.get("/imports/<import_id>")(imports.show)
    app.post("/imports/<import_id>/verification")(imports.check)
    app.post("/imports/<import_id>/application")(imports.apply)
    app.post("/imports/<import_id>/abandon")(imports.abandon)
    app.get("/imports/<import_id>/rapport")(imports.report)
    app.get("/imports/<import_id>/fichier-annote")(imports.annotated)
    return app
