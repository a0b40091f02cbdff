"""The agency's page: from the link in its e-mail, without account, it returns the offer's reference and contact.

Opening the page changes nothing, because scanners of e-mails open links; only its button does. Whoever holds the link may
answer, so that the form needs no proof of where it was posted from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.messages.links import Link, Links
from services.alerts.rules.alert import Alert, Offer, Standing
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.seeing import answered_alert
from shared.errors import NotFound
from shared.web.flash import FLASH_COOKIE
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_frame
from shared.web.responses import forget, page

DISCREET = {"Referrer-Policy": "no-referrer"}
"""The address of the page is the secret: it goes to nobody."""


class Returned(NamedTuple):
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
            alert = answered_alert(self.desk.store, self.link(token))
        except NotFound as refusal:
            return self.refused(refusal)
        return self.page(token, alert, Form())

    def answer(self, token: str) -> Response[str]:
        """Registers what was typed; as for the forms of `pages`, the code is loaded with the first answer that is sent."""
        from services.alerts.site.agency_forms import answer  # noqa: PLC0415 - see above

        return answer(self, token)

    def link(self, token: str) -> Link:
        return self.links.read(token, self.desk.clock.now())

    def page(self, token: str, alert: Alert, form: Form, *, unusual: bool = False) -> Response[str]:
        territory = self.desk.book.directory(alert.territory_id).territory
        frame = replace(page_frame(self.app), territory=territory.name)
        html = self.pages.render(
            "pages/agency.html",
            frame,
            alert=alert,
            returned=returned(alert),
            f=form,
            key=form.value("idempotency_key") or self.desk.new_id(self.desk.clock.now()),
            unusual=unusual,
            action=f"/retour/{token}",
        )
        shown = [forget(FLASH_COOKIE)] if frame.flash else []
        return page(html, status=422 if form.refused else 200, cookies=shown, headers=DISCREET)

    def refused(self, refusal: NotFound) -> Response[str]:
        """The same page whatever is wrong with the link: it tells nothing to who tries."""
        html = self.pages.render("pages/agency_refused.html", page_frame(self.app), refusal=refusal)
        return page(html, status=refusal.status, headers=DISCREET)


def returned(alert: Alert) -> Returned:
    """The answers given so far, in the order in which they count."""
    offer = alert.offer or next((offer for offer in alert.offers if offer.standing is not Standing.CONFLICTING), None)
    others = [known.ft_reference or "un autre contact" for known in alert.offers if known is not offer]
    sent_to = alert.broadcasts[-1].count if alert.broadcasts else 0
    return Returned(offer, others, offer is not None and offer.is_whole, sent_to)
