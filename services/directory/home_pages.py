"""The front page, which leads each to the page they begin on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.directory.homing import first_page
from shared.clock import Clock
from shared.identity import Identity
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_resolver
from shared.web.responses import redirect


@dataclass(frozen=True)
class HomePages:
    """The route `/`."""

    identity: Identity
    clock: Clock

    def resolver(self) -> APIGatewayHttpResolver:
        """The routes, ready to answer."""
        app = page_resolver(Pages(Path(__file__).parent / "templates"))

        @app.get("/")
        def home() -> Response[str]:
            return redirect(first_page(page_caller(app, self.identity, self.clock).membership.roles))

        return app
