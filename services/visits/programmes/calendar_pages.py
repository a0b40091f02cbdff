"""The subscription of a capteur's own calendar to the plan of their visits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response

from services.visits.programmes.calendar_store import CalendarStore
from services.visits.site import Site
from shared.clock import from_text
from shared.web.flash import Flash
from shared.web.responses import redirect

PAGE = "/programmes/calendrier"
REVOKED = Flash("L’adresse de votre calendrier ne répond plus.")


@dataclass(frozen=True)
class CalendarPages:
    """The routes. The address is shown in the answer to the form itself: it must stand in no cookie and no address bar."""

    site: Site
    store: CalendarStore

    def show(self) -> Response[str]:
        return self._page(address="")

    def renew(self) -> Response[str]:
        """Sent again, it makes another address: the last one shown is always the one that works."""
        caller = self.site.reporter()
        self.site.posted()
        token = self.store.renew(caller, self.site.now())
        address = f"{self.site.public_url.rstrip('/')}/calendrier/{caller.territory_id}/{token}.ics"
        return self._page(address)

    def revoke(self) -> Response[str]:
        caller = self.site.reporter()
        self.site.posted()
        self.store.revoke(caller)
        return redirect(PAGE, flash=REVOKED)

    def register_routes(self) -> None:
        """Adds the routes."""
        self.site.app.get(PAGE)(self.show)
        self.site.app.post(PAGE)(self.renew)
        self.site.app.post(f"{PAGE}/arret")(self.revoke)

    def _page(self, address: str) -> Response[str]:
        feed = self.store.feed_of(self.site.reporter())
        context = {
            "address": address,
            "subscribe": address and f"webcal://{urlsplit(address).netloc}{urlsplit(address).path}",
            "since": from_text(feed.created_at) if feed else None,
        }
        return self.site.show("programmes/calendar.html", context)
