"""The pages of likely duplicates, and the forms that merge two records or undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.register.commands import MergeEnterprises, UndoMerge
from services.visits.register.criteria import read_number
from services.visits.register.duplicates import likely_duplicates, unregistered_with_duplicates
from services.visits.register.enterprise import Enterprise
from services.visits.register.merge import in_order
from services.visits.register.merging import Registrar
from services.visits.register.reading import open_enterprise
from services.visits.register.rights import MERGERS
from services.visits.register.typed import asked, form_again, read_reason
from shared.errors import Conflict, Invalid, NotFound
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.requests import posted_form, query
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.register.pages import RegisterPages

PER_PAGE = 10
OTHER = "other"
"""The choice of a record that is not among those proposed: by its SIRET."""
MERGED = Flash("Les deux fiches sont fusionnées. La fusion peut être annulée sur cette page.")
SEPARATED = Flash("La fusion est annulée : les deux fiches sont de nouveau séparées.")


@dataclass(frozen=True)
class MergeForms:
    """For managers and the coordination; each ends on an enterprise's page."""

    site: RegisterPages

    def list_duplicates(self) -> Response[str]:
        """The enterprises without a SIRET, each with what it may be."""
        caller = self._merger()
        cursor = query(self.site.app, "suite") or None
        found, following = unregistered_with_duplicates(self.site.desk.store, caller.territory_id, PER_PAGE, cursor)
        more = f"/entreprises/doublons?suite={following}" if following else ""
        return self.site.render("register/duplicates.html", found=found, next=more)

    def compare(self, enterprise_id: str) -> Response[str]:
        caller = self._merger()
        return self._compare(open_enterprise(enterprise_id, caller, self.site.desk), Form())

    def merge(self, enterprise_id: str) -> Response[str]:
        caller = self._merger()
        fields = posted_form(self.site.app, self.site.public_url)
        try:
            survivor_id = self._merge(enterprise_id, fields, caller)
        except (Invalid, Conflict) as error:
            enterprise = open_enterprise(enterprise_id, caller, self.site.desk)
            return self._compare(enterprise, form_again(fields, error), status=error.status)
        return redirect(f"/entreprises/{survivor_id}", flash=MERGED)

    def undo(self, enterprise_id: str) -> Response[str]:
        """`enterprise_id` is the one that stays; the form says which other one it is not."""
        caller = self._merger()
        fields = posted_form(self.site.app, self.site.public_url)
        try:
            command = UndoMerge(reason=read_reason(fields))
        except Invalid as error:
            enterprise = open_enterprise(enterprise_id, caller, self.site.desk)
            return self.site.fiche(enterprise, caller, form_again(fields, error), status=422)
        Registrar(self.site.desk).undo(fields.get("absorbed_id", ""), command, asked(fields, caller), caller)
        return redirect(f"/entreprises/{enterprise_id}", flash=SEPARATED)

    def _merge(self, enterprise_id: str, fields: Mapping[str, str], caller: Caller) -> str:
        desk, request = self.site.desk, asked(fields, caller)
        earlier = desk.files.answer_to(request)
        if earlier is not None:
            return str(earlier["survivor_id"])
        one = desk.store.get(caller.territory_id, enterprise_id)
        absorbed, survivor = in_order(one, self._chosen(fields, caller))
        command = MergeEnterprises(absorbed_id=absorbed.id, survivor_id=survivor.id, reason=read_reason(fields))
        return Registrar(desk).merge(command, request, caller).survivor_id

    def _chosen(self, fields: Mapping[str, str], caller: Caller) -> Enterprise:
        chosen = fields.get(OTHER, "")
        if not chosen:
            chosen = _typed_siret(fields)
        try:
            return self.site.desk.store.get(caller.territory_id, chosen)
        except NotFound:
            message = "Ce SIRET n’est pas au registre du territoire : ajoutez d’abord l’établissement."
            raise Invalid(message, fields={"other_siret": message}) from None

    def _compare(self, enterprise: Enterprise, form: Form, status: int = 200) -> Response[str]:
        likely = likely_duplicates(enterprise, self.site.desk.store)
        return self.site.render(
            "register/compare.html",
            status,
            f=form,
            key=self.site.key(form),
            enterprise=enterprise,
            candidates=likely.candidates,
        )

    def _merger(self) -> Caller:
        caller = self.site.reader()
        require(caller, *MERGERS)
        return caller


def _typed_siret(fields: Mapping[str, str]) -> str:
    typed = fields.get("other_siret", "")
    if not typed:
        message = "Choisissez une fiche, ou tapez le SIRET de l’établissement."
        raise Invalid(message, fields={OTHER: message})
    try:
        return read_number(typed)
    except Invalid as error:
        raise Invalid(error.message, fields={"other_siret": error.message}) from None
