"""The offer leaves for every partner of the territory, and what was said wrong is put right where it was heard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from services.alerts.rules.alert import NOBODY, PARTNERS, Diffusion
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Broadcast
from services.alerts.rules.facts import Role, State
from services.alerts.rules.notices import Notice, Purpose, Urgency, to_roles
from shared.errors import Conflict, Forbidden, Invalid


def audience_key(recipients: Iterable[str]) -> str:
    """Names a list of recipients: the same people in any order have the same key."""
    return hashlib.sha256("\x1f".join(sorted(set(recipients))).encode()).hexdigest()


def broadcast(change: Change, command: Broadcast) -> Change:
    """To the whole list; with nobody on it, the coordinator is told and the alert turns red."""
    if command.count == 0:
        key = f"no_partner_{change.next_version}"
        told = to_roles(Purpose.NO_RECIPIENT, key, Urgency.URGENT, Role.COORDINATOR)
        known = PARTNERS in change.alert.unreached
        return change if known else change.noting(NOBODY, PARTNERS).telling(*told)
    version = change.alert.broadcast_version + 1
    return _diffused(change.becoming(state=State.BROADCAST, broadcast_version=version), command)


def broadcast_more(change: Change, command: Broadcast) -> Change:
    """Another list while broadcast: only those who have not had it yet receive it; the same list is no news."""
    version = change.alert.broadcast_version
    known = any(
        (told.version, told.audience_key) == (version, command.audience_key) for told in change.alert.broadcasts
    )
    return change if known or command.count == 0 else _diffused(change, command)


def insist(change: Change, command: Broadcast) -> Change:
    """Before an offer is registered: a person may insist, and says why."""
    if not command.override:
        return unready(change, command)
    if command.actor.kind != "human":
        raise Forbidden("Seule une personne peut diffuser sans offre enregistrée.")
    if command.reason is None:
        raise Invalid("Dites pourquoi diffuser sans offre enregistrée.", fields={"reason": "Choisissez un motif."})
    return broadcast(change, command)


def unready(_: Change, __: Broadcast) -> Change:
    """Nothing may be broadcast yet, or any more."""
    raise Conflict("Aucune offre enregistrée n’est à diffuser dans cet état de l’alerte.", code="diffusion-impossible")


def correct_reached(change: Change) -> Change:
    """Those whom a broadcast reached get one correction; the others get nothing."""
    if not change.alert.broadcasts:
        return change
    version = change.alert.broadcast_version + 1
    notice = Notice(purpose=Purpose.CORRECTION, key=f"correction_{version}", audience="reached")
    return change.becoming(broadcast_version=version).telling(notice)


def _diffused(change: Change, command: Broadcast) -> Change:
    done = Diffusion(
        version=change.alert.broadcast_version,
        at=change.at,
        by=change.by,
        audience_key=command.audience_key,
        count=command.count,
        overridden=command.reason if command.override else None,
    )
    # One key for all lists: a partner who has had the offer does not have it twice.
    notice = Notice(purpose=Purpose.BROADCAST, key="broadcast", audience="partners")
    if PARTNERS in change.alert.unreached:
        change = change.noting("recipient_found", PARTNERS)
    return change.becoming(broadcasts=(*change.alert.broadcasts, done)).announcing("broadcast").telling(notice)
