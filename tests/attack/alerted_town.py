"""A town where the chain of alerts has run: one alert just raised, one whose offer went to the partners."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from typing import cast

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.inbound.administering import Administration
from services.alerts.inbound.system import SystemStore
from services.alerts.messages.links import Links
from services.alerts.messages.stop_links import Stop, stop_url
from services.alerts.partners.references import reference_of
from services.alerts.resources import LEDGER, LINK_KEY
from services.alerts.rules.alert import Alert
from services.alerts.store import AlertStore, alert_pk
from shared.aws import Aws
from shared.clock import SystemClock
from shared.events.visits import UrgentRecruitmentReported
from shared.ids import new_id
from tests.attack.cloud import SITE
from tests.attack.town import PARTNERS, Town


@dataclass
class AlertedTown(Town):
    """The same town, later that day."""

    secret: str = ""
    """Of the partner's system that may send webhooks in."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = self.front.aws.table(LEDGER)
        other = self.visit("Fraiseur", "2026-11-25")
        self.call("POST", "/api/v1/visits", other, role="capteur", key="another-visit")
        self.hear("alerts", "open_alert", UrgentRecruitmentReported)
        offered, raised = sorted(self._alerts(), key=lambda alert: alert.post.title)
        self._offer(offered)
        self._give_links(raised)
        self._admit()

    def _alerts(self) -> list[Alert]:
        return list(AlertStore(self.ledger).board(self.territory_id, "OPEN", limit=5).alerts)

    def _offer(self, alert: Alert) -> None:
        """The agency returns the offer, which leaves for the partners; nothing is sent yet."""
        contact = self._said("Sofia Petit")
        offer = {"expected_version": alert.version, "reference": "048KLTP", "contact": contact}
        self.call("POST", f"/api/v1/alerts/{alert.alert_id}/return", offer)
        fan_out = import_module("services.alerts.handlers.fan_out").build(cast(Aws, self.front.aws))
        for pk, sk in list(self.ledger.items):
            if pk == alert_pk(self.territory_id, alert.alert_id) and sk.startswith("BROADCAST#"):
                fan_out(Work(territory_id=self.territory_id, alert_id=alert.alert_id, sk=sk))
        sent = list(DeliveryStore(self.ledger).of_alert(self.territory_id, alert.alert_id))
        posted = next(delivery for delivery in sent if delivery.channel == "webhook")
        self.ids |= {"reference": reference_of(posted), "delivery_id": posted.id, "sk": posted.sk}
        shown = self.call("GET", f"/api/v1/webhook-endpoints/{self.ids['partner_id']}")
        self.ids["key_id"] = shown["keys"][0]["id"]

    def _give_links(self, alert: Alert) -> None:
        links = Links(lambda: self.front.aws.secret(LINK_KEY), SITE)
        mission = Stop(self.territory_id, f"mission-{self.territory_id[:4]}", "email", PARTNERS["mission"]["address"])
        self.ids |= {
            "alert_id": alert.alert_id,
            "token": links.answer_url(alert, "agency").rpartition("/")[2],
            "stop_token": stop_url(links, mission).rpartition("/")[2],
        }

    def _admit(self) -> None:
        """A partner's system that may say what becomes of offers."""
        own = self.territory_id.encode()
        store, vault = SystemStore(self.ledger), self.front.aws.vault()
        desk = Administration(store, vault, SystemClock(), new_id, lambda _size: sha256(own).digest())
        self.ids["system_id"] = f"agence-{self.territory_id[:4]}"
        self.secret = desk.create(self.territory_id, self.ids["system_id"], "Agence")
