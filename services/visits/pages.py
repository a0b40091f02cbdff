"""The pages of visits: their routes over the services that they need."""

from __future__ import annotations

from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.action_pages import ActionPages
from services.visits.attaching import Cabinet
from services.visits.attachment_pages import AttachmentPages
from services.visits.correction_pages import CorrectionPages
from services.visits.day_pages import DayPages
from services.visits.desk import VisitDesk
from services.visits.need_pages import NeedPages
from services.visits.need_store import NeedStore
from services.visits.offline import add_offline_routes
from services.visits.planning_pages import PlanningPages
from services.visits.report_pages import ReportPages
from services.visits.site import Site
from services.visits.visit_pages import VisitPages
from shared.identity import Identity
from shared.web.rendering import Pages
from shared.web.requests import page_resolver

TEMPLATES = Path(__file__).parent / "templates"


def resolver(desk: VisitDesk, cabinet: Cabinet, identity: Identity, public_url: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes.

    The order counts: what is fixed below `/visites` stands before what holds an id.
    """
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    site = Site(app, pages, identity, desk.clock, public_url, desk.new_id)
    add_offline_routes(app)
    DayPages(site, desk).register()
    reports = ReportPages(site, desk)
    reports.register()
    PlanningPages(site, desk).register()
    NeedPages(site, NeedStore(desk.store.table)).register()
    VisitPages(site, desk, cabinet).register()
    AttachmentPages(site, cabinet).register()
    actions = ActionPages(site, desk)
    CorrectionPages(site, desk, reports, actions).register()
    actions.register()
    return app
