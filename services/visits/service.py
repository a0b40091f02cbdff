"""What the visits service runs and owns: read this first."""

from __future__ import annotations

from services.visits.resources import REGISTER, VISITS
from shared.events.visits import UrgentRecruitmentReported, VisitReported
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.topology import Every, Follows, Function, Serves, Service

FACTS = (VisitReported, UrgentRecruitmentReported)

SERVICE = Service(
    "visits",
    (
        Function("relay_events", Follows(VISITS), writes=(VISITS,), publishes=FACTS),
        Function(
            "sweep_outbox",
            Every("rate(5 minutes)"),
            reads=(VISITS, ADDRESS_BOOK),
            writes=(VISITS,),
            publishes=FACTS,
            timeout_s=55,
        ),
        Function("pages", Serves("/visites"), reads=(VISITS, ADDRESS_BOOK, SESSIONS), writes=(VISITS,)),
        Function(
            "api",
            Serves("/api/v1/visits", "/api/v1/occupations", bearer=True),
            reads=(VISITS, ADDRESS_BOOK, SESSIONS),
            writes=(VISITS,),
        ),
    ),
    tables=(VISITS, REGISTER),
    title="Visites",
)
