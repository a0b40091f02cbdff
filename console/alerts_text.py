"""An alert as an operator reads it: identifiers, states and instants; nobody's name, address or telephone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from console.ledger import Ledger
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import AuditEntry
from services.alerts.rules.trail import is_vouched_for
from services.alerts.use_cases.auditing import TOLERATED_LATE
from shared.tables import Item, Put
from shared.web.formats import duration, plural, short_instant

WHOLE = "Journal intact : chaque ligne tient à la précédente, et l’alerte à la dernière."
BROKEN = (
    "JOURNAL ROMPU : une ligne a été modifiée, ôtée ou ajoutée, ou l’alerte changée sans lui. Voir docs/runbook.md."
)


def alert_line(alert: Alert, due_at: datetime | None, now: datetime) -> tuple[str, bool]:
    """One line, and whether what is due is late."""
    late = _lateness(alert, due_at, now)
    shown = f"  EN RETARD de {duration(late)}" if late else ""
    ends = short_instant(alert.deadline_at)
    line = (
        f"{alert.alert_id}  {alert.territory_id}  {alert.state.label}  échéance {ends}  rappel {_when(due_at)}{shown}"
    )
    return line, late is not None


def alert_lines(
    alert: Alert, trail: list[AuditEntry], due_at: datetime | None, now: datetime
) -> tuple[list[str], bool]:
    """The whole history by its codes, and whether the trail vouches for the alert."""
    is_whole = is_vouched_for(alert, trail)
    head, _ = alert_line(alert, due_at, now)
    entries = [f"  {entry.version:>4}  {short_instant(entry.at)}  {_entry(entry)}" for entry in trail]
    facts = [f"        {short_instant(fact.at)}  {fact.kind} {fact.detail}".rstrip() for fact in alert.facts]
    fired = [f"  Rappels partis : {', '.join(alert.fired)}"] if alert.fired else []
    return [head, "Journal", *entries, "Faits", *facts, *fired, WHOLE if is_whole else BROKEN], is_whole


def planned_lines(store: Ledger) -> Iterator[str]:
    """In a rehearsal, what would leave: purposes, recipients by their identifiers, channels."""
    if store.rehearsal is None:
        return
    writes, store.rehearsal.writes = store.rehearsal.writes, []
    made = [write.item for write in writes if isinstance(write, Put)]
    for line, count in sorted(Counter(map(_made, made)).items()):
        if line:
            yield f"    {line}{f' × {count}' if count > 1 else ''}"


def _made(item: Item) -> str:
    if item.get("kind") == "delivery":
        return f"partirait : {item['purpose']} → {item['recipient_id']} ({item['channel']})"
    if item.get("kind") == "round":
        return f"partirait : {item['purpose']} → une liste ({item['audience']})"
    return f"serait publié : {plural(len(item['events']), 'événement')}" if "events" in item else ""


def _entry(entry: AuditEntry) -> str:
    who = f"{entry.actor_kind} {entry.actor_id}" + (f" ({entry.role})" if entry.role else "")
    ranks = f"{'' if entry.rank_before is None else entry.rank_before} → {entry.rank_after}".strip()
    return f"{entry.command}  {who}  rang {ranks}{f'  {entry.reason}' if entry.reason else ''}"


def _lateness(alert: Alert, due_at: datetime | None, now: datetime) -> timedelta | None:
    """How long what is due should have happened; nothing is due where nothing more rings by itself."""
    return now - due_at if due_at and due_at < now - TOLERATED_LATE and not alert.state.is_terminal else None


def _when(due_at: datetime | None) -> str:
    return short_instant(due_at) if due_at else "aucun"
