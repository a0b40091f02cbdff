"""What the alerts service runs and owns: read this first."""

from __future__ import annotations

from services.alerts.deliveries.state import WAITING
from services.alerts.resources import BROADCASTS, DELIVERIES, EMAILS, LEDGER, LINK_KEY, PROOFS, TEXTS, WEBHOOKS
from shared.events.alerts import (
    AlertAcknowledged,
    AlertBroadcast,
    AlertClosed,
    AlertRaised,
    AlertReopened,
    AlertTransmitted,
    DeadlineBreached,
    OfferRegistered,
)
from shared.events.visits import UrgentRecruitmentReported
from shared.outbox import KIND as OUTBOX
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.topology import (
    MAIL,
    SMS,
    Drains,
    Every,
    Follows,
    Function,
    Hears,
    Image,
    On,
    Serves,
    Service,
)

FACTS = (
    AlertRaised,
    AlertAcknowledged,
    AlertTransmitted,
    DeadlineBreached,
    OfferRegistered,
    AlertBroadcast,
    AlertClosed,
    AlertReopened,
)

SERVICE = Service(
    "alerts",
    (
        # More than an hour of tries: no sweep knows of a report that has not become an alert.
        Function(
            "open_alert", On(UrgentRecruitmentReported, max_receives=40), reads=(LEDGER, ADDRESS_BOOK), writes=(LEDGER,)
        ),
        Function(
            "relay_changes",
            Follows(LEDGER, Image(OUTBOX), Image("round"), Image("delivery", tuple(sorted(map(str, WAITING))))),
            writes=(LEDGER,),
            sends=(*DELIVERIES, BROADCASTS),
            publishes=FACTS,
        ),
        Function("fan_out", Drains(BROADCASTS), reads=(LEDGER, ADDRESS_BOOK), writes=(LEDGER,)),
        Function(
            "send_email",
            Drains(EMAILS, batch=5),
            reads=(LEDGER, ADDRESS_BOOK),
            writes=(LEDGER,),
            puts=(PROOFS,),
            secrets=(LINK_KEY,),
            channels=(MAIL,),
            timeout_s=60,
        ),
        Function(
            "send_text",
            Drains(TEXTS, batch=5),
            reads=(LEDGER, ADDRESS_BOOK),
            writes=(LEDGER,),
            secrets=(LINK_KEY,),
            channels=(SMS,),
            timeout_s=60,
        ),
        Function(
            "send_webhook",
            Drains(WEBHOOKS, batch=1, most=50),
            reads=(LEDGER, ADDRESS_BOOK),
            writes=(LEDGER,),
            decrypts=True,
            timeout_s=40,
        ),
        Function("hear_providers", Hears(), reads=(LEDGER, ADDRESS_BOOK), writes=(LEDGER,)),
        Function(
            "sweep",
            Every("rate(1 minute)"),
            reads=(LEDGER, ADDRESS_BOOK),
            writes=(LEDGER,),
            sends=(*DELIVERIES, BROADCASTS),
            publishes=FACTS,
            timeout_s=55,
        ),
        Function(
            "audit",
            Every("rate(5 minutes)", heartbeat="AuditHeartbeat", worries=("AlertsMissed", "AlertsUnsound")),
            reads=(LEDGER, ADDRESS_BOOK),
            writes=(LEDGER,),
            timeout_s=120,
        ),
        Function(
            "pages",
            Serves("/alertes", "/retour"),
            reads=(LEDGER, ADDRESS_BOOK, SESSIONS),
            writes=(LEDGER,),
            secrets=(LINK_KEY,),
        ),
        Function(
            "api",
            Serves("/api/v1/alerts", bearer=True),
            reads=(LEDGER, ADDRESS_BOOK, SESSIONS),
            writes=(LEDGER,),
        ),
        Function(
            "partner_pages",
            Serves("/alertes/partenaires"),
            reads=(LEDGER, ADDRESS_BOOK, SESSIONS),
            writes=(LEDGER,),
            loads=(LEDGER,),
            encrypts=True,
            decrypts=True,
        ),
        Function(
            "partner_api",
            Serves("/api/v1/webhook-endpoints", "/api/v1/deliveries", bearer=True),
            reads=(LEDGER, ADDRESS_BOOK, SESSIONS),
            writes=(LEDGER,),
            loads=(LEDGER,),
            encrypts=True,
            decrypts=True,
        ),
        Function("stop", Serves("/arret"), reads=(LEDGER, ADDRESS_BOOK), writes=(LEDGER,), secrets=(LINK_KEY,)),
        Function("inbound", Serves("/webhooks"), reads=(LEDGER, ADDRESS_BOOK), writes=(LEDGER,), decrypts=True),
    ),
    tables=(LEDGER,),
    queues=(*DELIVERIES, BROADCASTS),
    buckets=(PROOFS,),
    secrets=(LINK_KEY,),
    title="Alertes",
)
