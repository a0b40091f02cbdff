"""The agency's page: from the link in its e-mail, without account, it returns the offer's reference and contact.

Opening the page changes nothing, because scanners of e-mails open links; only its button does. Whoever holds the link may
answer, so that the form needs no proof of where it was posted from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.alert import Alert, Offer, Standing
from services.alerts.desk import Desk
from services.alerts.links import Link, Links
from services.alerts.returning import Answer, answered_alert, is_unusual, return_by_link
from services.alerts.typed import form_again, line
from shared.errors import Invalid, NotFound
from shared.web.flash import FLASH_COOKIE, Flash
from shared.web.forms import Form, read_form
from shared.web.rendering import Pages
from shared.web.requests import page_frame
from shared.web.responses import forget, page, redirect

DISCREET = {"Referrer-Policy": "no-referrer"}
"""The address of the page is the secret: it goes to nobody."""
THANKS = "Merci. Votre réponse est enregistrée."
SURE = "oui"
UNUSUAL = "reference-inhabituelle"


@dataclass(frozen=True)
class Returned:
    """What the agency sees of the answers given so far."""

    offer: Offer | None
    """The registered one, or the half of one."""
    others: list[str]
    """References that contradict it."""
    whole: bool
    partners: int
    """How many partners it was sent to; 0 while it waits."""


@dataclass(frozen=True)
class AgencyPages:
    """The two routes of the link."""

    app: APIGatewayHttpResolver
    pages: Pages
    desk: Desk
    links: Links

    def show(self, token: str) -> Response[str]:
        """The need, the answers given so far, and the form."""
        try:
            alert = answered_alert(self.desk, self._link(token))
        except NotFound as refusal:
            return self._refused(refusal)
        return self._page(token, alert, Form())

    def answer(self, token: str) -> Response[str]:
        """Registers what was typed, then leads back to the page, which thanks."""
        try:
            link = self._link(token)
            alert = answered_alert(self.desk, link)
        except NotFound as refusal:
            return self._refused(refusal)
        fields = read_form(self.app.current_event.raw_event)
        try:
            return_by_link(self.desk, link, checked(fields), fields.get("idempotency_key", ""))
        except Invalid as refusal:
            return self._page(token, alert, form_again(fields, refusal), unusual=refusal.code == UNUSUAL)
        return redirect(f"/retour/{token}", flash=Flash(THANKS))

    def _link(self, token: str) -> Link:
        return self.links.read(token, self.desk.clock.now())

    def _page(self, token: str, alert: Alert, form: Form, *, unusual: bool = False) -> Response[str]:
        territory = self.desk.book.directory(alert.territory_id).territory
        frame = replace(page_frame(self.app), territory=territory.name)
        html = self.pages.render(
            "pages/agency.html",
            frame,
            alert=alert,
            returned=returned(alert),
            f=form,
            key=form.value("idempotency_key") or self.desk.new_id(self.desk.clock.now()),
            unusual=unusual or form.value("sure") == SURE,
            action=f"/retour/{token}",
        )
        shown = [forget(FLASH_COOKIE)] if frame.flash else []
        return page(html, status=422 if form.refused else 200, cookies=shown, headers=DISCREET)

    def _refused(self, refusal: NotFound) -> Response[str]:
        """The same page whatever is wrong with the link: it tells nothing to who tries."""
        html = self.pages.render("pages/agency_refused.html", page_frame(self.app), refusal=refusal)
        return page(html, status=refusal.status, headers=DISCREET)


def returned(alert: Alert) -> Returned:
    """The answers given so far, in the order in which they count."""
    offer = alert.offer or next((offer for offer in alert.offers if offer.standing is not Standing.CONFLICTING), None)
    others = [known.ft_reference or "un autre contact" for known in alert.offers if known is not offer]
    sent_to = alert.broadcasts[-1].count if alert.broadcasts else 0
    return Returned(offer, others, offer is not None and offer.is_whole, sent_to)


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
