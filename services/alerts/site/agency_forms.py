"""What becomes of the form of the agency's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.alerts.typed import form_again, line
from services.alerts.use_cases.returning import Answer, is_unusual, return_by_link
from services.alerts.use_cases.seeing import answered_alert
from shared.errors import Invalid, NotFound
from shared.web.flash import Flash
from shared.web.forms import read_form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.alerts.site.agency_pages import AgencyPages

THANKS = "Merci. Votre réponse est enregistrée."
SURE = "oui"
UNUSUAL = "reference-inhabituelle"


def answer(site: AgencyPages, token: str) -> Response[str]:
    """Registers what was typed, then leads back to the page, which thanks."""
    try:
        link = site.link(token)
        alert = answered_alert(site.desk.store, link)
    except NotFound as refusal:
        return site.refused(refusal)
    fields = read_form(site.app.current_event.raw_event)
    try:
        return_by_link(site.desk, link, checked(fields), fields.get("idempotency_key", ""))
    except Invalid as refusal:
        form, unusual = form_again(fields, refusal), refusal.code == UNUSUAL or fields.get("sure") == SURE
        return site.page(token, alert, form, unusual=unusual)
    return redirect(f"/retour/{token}", flash=Flash(THANKS))


def checked(fields: Mapping[str, str]) -> Answer:
    """The answer typed; raises Invalid when a half is missing, or once when the reference has an unusual form.

    The unusual form is a remark: ticking the box that appears with it sends the answer as it is.
    """
    answer = Answer(fields.get("reference", ""), fields.get("contact", ""), fields.get("url", ""))
    missing = {
        name: message
        for name, message in (
            ("reference", "Donnez la référence de l’offre, par exemple 048KLTP."),
            ("contact", "Dites qui joindre pour cette offre."),
        )
        if not line(fields.get(name, ""))
    }
    if missing:
        raise Invalid("Il manque une partie de la réponse.", fields=missing)
    if is_unusual(line(answer.reference).upper()) and fields.get("sure") != SURE:
        message = "Les références ont d’ordinaire 3 chiffres et 4 lettres, par exemple 048KLTP."
        raise Invalid("Vérifiez la référence.", code=UNUSUAL, fields={"reference": message})
    return answer
