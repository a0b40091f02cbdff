"""The page behind “Ne plus recevoir”: opening it changes nothing, its button stops the offers, or lets them come again.

A mailbox's own button posts here too (RFC 8058): it sends no cookie, comes from anywhere, and follows no redirection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.deliveries.silences import Cause, Silences
from services.alerts.messages.links import Links, refusal
from services.alerts.messages.stop_links import PATH, Stop, stop_of, territory_of
from shared.address_book import AddressBook, Directory
from shared.clock import Clock
from shared.errors import NotFound
from shared.published import Registry
from shared.web.rendering import Pages
from shared.web.requests import page_frame, page_resolver
from shared.web.responses import page

TEMPLATES = Path(__file__).parents[1] / "templates"
DISCREET = {"Referrer-Policy": "no-referrer"}
"""The address of the page is the secret: it goes to nobody."""


@dataclass(frozen=True)
class Stopping:
    """What the page works with."""

    registry: Registry
    book: AddressBook
    links: Links
    silences: Silences
    clock: Clock

    def find(self, token: str) -> tuple[Stop, Directory]:
        """What a link is about; raises the same NotFound whatever is wrong with it."""
        territory_id = territory_of(token, self.registry.territory_ids())
        directory = self.book.directory(territory_id) if territory_id else None
        stop = stop_of(self.links, token, directory) if directory else None
        if directory is None or stop is None:
            raise refusal()
        return stop, directory

    def cause(self, stop: Stop) -> Cause | None:
        """Why nothing is sent there; None as long as something is."""
        return self.silences.cause(stop.territory_id, stop.channel, stop.address)

    def stop(self, stop: Stop) -> None:
        """Nothing more is sent there that its reader may do without; twice is once."""
        self.silences.silence(stop.territory_id, stop.channel, stop.address, "opted_out", self.clock.now())

    def resume(self, stop: Stop) -> None:
        """Takes back what the reader asked for, never what the address itself is to blame for."""
        if self.cause(stop) == "opted_out":
            self.silences.lift(stop.territory_id, stop.channel, stop.address)


@dataclass(frozen=True)
class StopPages:
    """The routes of the link."""

    app: APIGatewayHttpResolver
    pages: Pages
    stopping: Stopping

    def show(self, token: str) -> Response[str]:
        return self._answer(token, lambda _stop: None)

    def stop(self, token: str) -> Response[str]:
        return self._answer(token, self.stopping.stop)

    def resume(self, token: str) -> Response[str]:
        return self._answer(token, self.stopping.resume)

    def _answer(self, token: str, act: Callable[[Stop], None]) -> Response[str]:
        try:
            stop, directory = self.stopping.find(token)
        except NotFound as error:
            html = self.pages.render("pages/stop_refused.html", page_frame(self.app))
            return page(html, status=error.status, headers=DISCREET)
        act(stop)
        frame = replace(page_frame(self.app), territory=directory.territory.name)
        cause, action = self.stopping.cause(stop), f"{PATH}/{token}"
        means = "par SMS" if stop.channel == "sms" else "par e-mail"
        html = self.pages.render("pages/stop.html", frame, cause=cause, means=means, action=action)
        return page(html, headers=DISCREET)


def resolver(stopping: Stopping) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    stops = StopPages(app, pages, stopping)
    app.get(f"{PATH}/<token>")(stops.show)
    app.post(f"{PATH}/<token>")(stops.stop)
    app.post(f"{PATH}/<token>/reprise")(stops.resume)
    return app
