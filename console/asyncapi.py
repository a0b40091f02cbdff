"""The AsyncAPI document of the alerts service: what its partners are sent, and what their systems may say."""

from __future__ import annotations

import json
from pathlib import Path

from console.webhook_documents import asyncapi, kinds_of
from services.alerts.inbound.messages import KINDS
from services.alerts.partners.events import EVENTS

ASYNCAPI = Path("docs/asyncapi/alerts.json")
TITLE = "Vigie – Webhooks des offres"
DESCRIPTION = (
    "Les messages signés (Standard Webhooks) que Vigie envoie aux partenaires de la diffusion, et ceux qu’elle reçoit de "
    "leurs systèmes. « Recevoir les offres par webhook » (docs/webhooks.md) dit comment les vérifier et quoi répondre."
)


def asyncapi_file() -> dict[Path, str]:
    """The document, from the classes of the events."""
    made = asyncapi(TITLE, DESCRIPTION, kinds_of(EVENTS), KINDS)
    return {ASYNCAPI: json.dumps(made, ensure_ascii=False, indent=2) + "\n"}
