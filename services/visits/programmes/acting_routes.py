"""The addresses of what changes a programme or a target: what answers is loaded when somebody acts, most only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.programmes.desk import Desk
from services.visits.site import Site

if TYPE_CHECKING:
    from services.visits.programmes.decision_pages import DecisionPages
    from services.visits.programmes.running_pages import RunningPages
    from services.visits.programmes.target_pages import TargetPages

PAGE = "/programmes/<programme_id>"
TARGET = f"{PAGE}/cibles/<enterprise_id>"


def add_acting_routes(app: APIGatewayHttpResolver, site: Site, desk: Desk) -> None:
    """Adds the routes, the fixed addresses before those that hold an id."""
    _add_decisions(app, site, desk)
    _add_running(app, site, desk)
    _add_targets(app, site, desk)


def _add_decisions(app: APIGatewayHttpResolver, site: Site, desk: Desk) -> None:
    def pages() -> DecisionPages:
        from services.visits.programmes.decision_pages import DecisionPages  # noqa: PLC0415 - see the module

        return DecisionPages(site, desk)

    app.get("/programmes/nouveau")(lambda: pages().new())
    app.post("/programmes/nouveau")(lambda: pages().draft())
    app.get(f"{PAGE}/modifier")(lambda programme_id: pages().edit(programme_id))
    app.post(f"{PAGE}/modifier")(lambda programme_id: pages().redraft(programme_id))
    app.post(f"{PAGE}/engager")(lambda programme_id: pages().commit(programme_id))


def _add_running(app: APIGatewayHttpResolver, site: Site, desk: Desk) -> None:
    def pages() -> RunningPages:
        from services.visits.programmes.running_pages import RunningPages  # noqa: PLC0415 - see the module

        return RunningPages(site, desk)

    app.get(f"{PAGE}/revision")(lambda programme_id: pages().ask_revision(programme_id))
    app.post(f"{PAGE}/revision")(lambda programme_id: pages().revise(programme_id))
    app.get(f"{PAGE}/cloture")(lambda programme_id: pages().ask_closing(programme_id))
    app.post(f"{PAGE}/cloture")(lambda programme_id: pages().close(programme_id))


def _add_targets(app: APIGatewayHttpResolver, site: Site, desk: Desk) -> None:
    def pages() -> TargetPages:
        from services.visits.programmes.target_pages import TargetPages  # noqa: PLC0415 - see the module

        return TargetPages(site, desk)

    app.post(f"{TARGET}/reserver")(lambda programme_id, enterprise_id: pages().claim(programme_id, enterprise_id))
    app.post(f"{TARGET}/liberer")(lambda programme_id, enterprise_id: pages().release(programme_id, enterprise_id))
    app.get(f"{TARGET}/retrait")(
        lambda programme_id, enterprise_id: pages().ask_withdrawal(programme_id, enterprise_id)
    )
    app.post(f"{TARGET}/retrait")(lambda programme_id, enterprise_id: pages().withdraw(programme_id, enterprise_id))
