"""What the alerts service tells."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.events import Event


class AlertRaised(Event, version=1):
    """An alert is open and its deadline runs."""

    alert_id: str
    visit_id: str
    need_id: str
    structure_id: str
    siret: str | None
    enterprise_name: str
    post: str
    quantity: int
    rome_code: str
    rome_label: str
    place: str
    received_at: AwareDatetime
    deadline_at: AwareDatetime


class AlertAcknowledged(Event, version=1):
    """A coordinator has taken the alert in charge. The deadline still runs."""

    alert_id: str
    acknowledged_at: AwareDatetime
    member_id: str


class AlertTransmitted(Event, version=1):
    """The alert was handed to Pôle emploi (France Travail). Stops the 48-hour clock."""

    alert_id: str
    transmitted_at: AwareDatetime
    channel: str
    inferred: bool
    """True when the return arrived first, so that the transmission was deduced from it."""
    elapsed_s: int
    open_s: int
    """Open hours of the territory between receipt and transmission, in seconds."""
    in_time: bool


class DeadlineBreached(Event, version=1):
    """The deadline passed before the alert was transmitted. Told once, never edited."""

    alert_id: str
    deadline_at: AwareDatetime
    noticed_at: AwareDatetime


class OfferRegistered(Event, version=1):
    """Pôle emploi (France Travail) has returned the reference and the contact of the registered offer."""

    alert_id: str
    reference: str
    registered_at: AwareDatetime


class AlertBroadcast(Event, version=1):
    """The offer leaves for every partner of the territory."""

    alert_id: str
    reference: str
    broadcast_version: int
    broadcast_at: AwareDatetime


class AlertClosed(Event, version=1):
    """The alert reached an end: `filled`, `closed_no_outcome`, `rejected` or `cancelled`."""

    alert_id: str
    outcome: str
    reason: str
    closed_at: AwareDatetime


class AlertReopened(Event, version=1):
    """A coordinator has reopened a closed alert, with a reason."""

    alert_id: str
    reason: str
    reopened_at: AwareDatetime
