"""What a worker is asked to look at; `services.alerts.deliveries.hints` writes it, without this model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Work(BaseModel):
    """What to look at: the key of a delivery, or of a round."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    territory_id: str
    alert_id: str
    sk: str
