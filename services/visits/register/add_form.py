"""The form that adds an enterprise: what may be the same is shown before anything is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.register.adding import Added, add_enterprise, own_id, proposed
from services.visits.register.commands import AddEnterprise
from services.visits.register.duplicates import likely_duplicates
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.register.near import Candidate
from services.visits.register.places import choices
from services.visits.register.typed import asked, form_again, read_addition
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.requests import posted_form, query
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.register.pages import RegisterPages

CONFIRMED, YES = "confirmed", "oui"
ADDED = Flash("L’entreprise est ajoutée au registre.")
KNOWN = Flash("Cette entreprise était déjà au registre : voici sa fiche.", "info")


@dataclass(frozen=True)
class AddForm:
    """The form shown, then sent; it ends on the enterprise's page."""

    site: RegisterPages

    def show(self) -> Response[str]:
        caller = self.site.reader()
        typed = {name: query(self.site.app, name) for name in ("name", "siret", "commune")}
        return self._form(Form(typed), caller)

    def send(self) -> Response[str]:
        caller = self.site.reader()
        fields = posted_form(self.site.app, self.site.public_url)
        try:
            return self._add(fields, caller)
        except Invalid as error:
            return self._form(form_again(fields, error), caller, status=422)

    def _add(self, fields: Mapping[str, str], caller: Caller) -> Response[str]:
        desk, request = self.site.desk, asked(fields, caller)
        earlier = desk.files.answer_to(request)
        if earlier is not None:
            return _added(Added.model_validate(earlier))
        command = read_addition(fields, desk.store.communes(caller.territory_id))
        alike = [] if fields.get(CONFIRMED) == YES else self._alike(command, request, caller)
        if alike:
            return self._form(Form(fields), caller, alike)
        return _added(add_enterprise(command, request, caller, desk))

    def _alike(self, command: AddEnterprise, request: Request, caller: Caller) -> list[Candidate]:
        """What may be the same, unless the SIRET itself is known: then its page answers."""
        desk = self.site.desk
        new = proposed(command, caller.territory_id, own_id(request), desk.clock.now())
        if new.id in desk.store.known(caller.territory_id, [new.id]):
            return []
        return list(likely_duplicates(new, desk.store).candidates)

    def _form(
        self, form: Form, caller: Caller, alike: list[Candidate] | None = None, status: int = 200
    ) -> Response[str]:
        site = self.site
        return site.render(
            "register/new.html",
            status,
            f=form,
            key=site.key(form),
            alike=alike or [],
            communes=choices(site.desk.store.communes(caller.territory_id)),
            sizes=[(code, band.label) for code, band in SIZE_BANDS.items()],
        )


def _added(added: Added) -> Response[str]:
    return redirect(f"/entreprises/{added.enterprise_id}", flash=ADDED if added.added else KNOWN)
