"""The front page, which leads each to the page they begin on, and the two pages that stand below every other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.directory.homing import first_page
from shared.clock import Clock
from shared.identity import Identity
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, page_resolver
from shared.web.responses import redirect, show


@dataclass(frozen=True)
class HomePages:
    """The routes `/`, `/accessibilite` and `/donnees-personnelles`; the last two are for everybody."""

    identity: Identity
    clock: Clock

    def resolver(self) -> APIGatewayHttpResolver:
        """The routes, ready to answer."""
        pages = Pages(Path(__file__).parent / "templates")
        app = page_resolver(pages)

        @app.get("/")
        def home() -> Response[str]:
            return redirect(first_page(page_caller(app, self.identity, self.clock).membership.roles))

        app.get("/accessibilite")(lambda: show(pages, "accessibility.html", page_frame(app)))
        app.get("/donnees-personnelles")(lambda: show(pages, "personal_data.html", page_frame(app)))
        return app
