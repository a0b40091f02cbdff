"""What a person says of two alerts that may be one need: that they are, or that they are not."""

from __future__ import annotations

from services.alerts.rules.change import Change
from services.alerts.rules.commands import Absorb, KeepApart
from shared.errors import Conflict

MOST_OCCURRENCES = 20
"""Reports kept with one alert; its item, which holds them all, must never become too large to be written."""


def absorb(change: Change, command: Absorb) -> Change:
    """The other report is kept; said again, it changes nothing."""
    known = change.alert.occurrences
    if any(one.alert_id == command.occurrence.alert_id for one in known):
        return change
    if len(known) >= MOST_OCCURRENCES:
        raise Conflict("Trop de signalements sont déjà réunis dans cette alerte.", code="trop-de-signalements")
    return change.becoming(occurrences=(*known, command.occurrence)).noting("merged_in", command.occurrence.alert_id)


def ended(_: Change, __: Absorb) -> Change:
    """Nothing is merged into what is over."""
    raise Conflict("L’alerte à garder est close : rouvrez-la d’abord, ou gardez l’autre.", code="alerte-close")


def keep_apart(change: Change, command: KeepApart) -> Change:
    """The proposal is shown no more, on neither page."""
    return change.noting_once("kept_apart", command.other)
