"""What the directory service runs and owns: read this first."""

from __future__ import annotations

from shared.events.directory import DirectoryChanged
from shared.outbox import KIND as OUTBOX
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.topology import Every, Follows, Function, Image, Serves, Service

SERVICE = Service(
    "directory",
    (
        Function(
            "relay_events", Follows(ADDRESS_BOOK, Image(OUTBOX)), writes=(ADDRESS_BOOK,), publishes=(DirectoryChanged,)
        ),
        Function(
            "sweep_outbox",
            Every("rate(5 minutes)"),
            reads=(ADDRESS_BOOK,),
            writes=(ADDRESS_BOOK,),
            publishes=(DirectoryChanged,),
            timeout_s=55,
        ),
        Function(
            "sign_in",
            Serves("/connexion", "/deconnexion"),
            reads=(ADDRESS_BOOK, SESSIONS),
            writes=(SESSIONS,),
        ),
        Function("home", Serves("/", "/accessibilite", "/donnees-personnelles"), reads=(ADDRESS_BOOK, SESSIONS)),
        Function("static_files", Serves("/static")),
    ),
    tables=(ADDRESS_BOOK, SESSIONS),
    title="Annuaire",
)
