"""What the visits service runs and owns: read this first."""

from __future__ import annotations

from services.visits.resources import IMPORT_ADVANCES, IMPORT_CHUNKS, IMPORTS, REGISTER, VISITS
from shared.events.visits import EnterprisesImported, UrgentRecruitmentReported, VisitReported
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.topology import Drains, Every, Follows, Function, Serves, Service

FACTS = (VisitReported, UrgentRecruitmentReported, EnterprisesImported)

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
        Function("pages", Serves("/visites", "/service-worker.js", "/manifest.webmanifest"), reads=(VISITS, ADDRESS_BOOK, SESSIONS), writes=(VISITS,)),
        Function(
            "api",
            Serves("/api/v1/visits", "/api/v1/occupations", bearer=True),
            reads=(VISITS, ADDRESS_BOOK, SESSIONS),
            writes=(VISITS,),
        ),
        Function(
            "read_import",
            Drains(IMPORT_ADVANCES, batch=1),
            reads=(VISITS, ADDRESS_BOOK),
            writes=(VISITS,),
            gets=(IMPORTS,),
            puts=(IMPORTS,),
            sends=(IMPORT_CHUNKS,),
            memory_mb=1024,
            timeout_s=300,
        ),
        Function(
            "import_chunk",
            Drains(IMPORT_CHUNKS, batch=1),
            reads=(VISITS, REGISTER),
            writes=(VISITS, REGISTER),
            loads=(REGISTER,),
            gets=(IMPORTS,),
            timeout_s=60,
        ),
    ),
    tables=(VISITS, REGISTER),
    queues=(IMPORT_ADVANCES, IMPORT_CHUNKS),
    buckets=(IMPORTS,),
    title="Visites",
)
