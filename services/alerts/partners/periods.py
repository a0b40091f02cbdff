"""Which deliveries somebody wants again, from what they typed or sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from services.alerts.deliveries.replaying import FURTHEST, Wanted, missed
from shared.clock import PARIS
from shared.errors import Invalid
from shared.web.forms import read_date


def wanted_of(fields: Mapping[str, str], territory_id: str, partner_id: str, now: datetime) -> Wanted:
    """What the form asks for; days are Paris's, the last one whole. Raises Invalid beside the fields."""
    if fields.get("what") == "missed":
        return missed(territory_id, partner_id, now)
    if fields.get("what") != "range":
        raise Invalid("Un choix manque.", fields={"what": "Choisissez ce qu’il faut renvoyer."})
    since, until = _midnight(read_date(fields, "since")), _midnight(read_date(fields, "until") + timedelta(days=1))
    return checked(Wanted(territory_id, partner_id, since, min(until, now), missed_only=False), now)


def checked(wanted: Wanted, now: datetime) -> Wanted:
    """The same, if it can be answered; raises Invalid for a period that is upside down or that begins too long ago."""
    if wanted.since >= wanted.until:
        raise Invalid(
            "La période est vide.", fields={"since": "Le premier jour doit précéder le dernier, et être passé."}
        )
    if wanted.since < now - FURTHEST - timedelta(days=1):
        raise Invalid("La période remonte trop loin.", fields={"since": "Un renvoi remonte à 30 jours au plus."})
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
