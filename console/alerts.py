"""`vigie alerts`: which are open and late, what happened to one; makes happen what is due, puts due times right."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime

from console.alerts_text import alert_line, alert_lines, planned_lines
from console.environment import required
from console.ledger import Ledger, ledger
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Fire, machine
from services.alerts.rules.timers import next_due_at
from services.alerts.use_cases.commanding import Order, carry_out
from shared.clock import to_text
from shared.web.formats import plural

OPERATOR = machine("console")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("alerts", help="les alertes : les échéances, l’historique, les rappels en retard")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    listing = commands.add_parser("list", help="les alertes ouvertes et leur prochain rappel")
    listing.add_argument("--late", action="store_true", help="seulement celles dont le rappel est en retard")
    listing.set_defaults(run=run_list)
    showing = commands.add_parser("show", help="l’historique d’une alerte, et si son journal est intact")
    showing.add_argument("alert", metavar="ALERTE", help="identifiant de l’alerte")
    showing.set_defaults(run=run_show)
    firing = commands.add_parser("fire", help="fait partir les rappels dus, comme le balayage de chaque minute")
    firing.set_defaults(run=run_fire)
    repairing = commands.add_parser("repair", help="remet à leur place les rappels et les envois égarés")
    repairing.set_defaults(run=run_repair)
    for command in (firing, repairing):
        command.add_argument("--alert", default="", metavar="ALERTE", help="seulement cette alerte")
        command.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, sans rien écrire")
    for command in (listing, firing, repairing):
        command.add_argument("--territory", default="", metavar="TERRITOIRE", help="seulement ce territoire")


def run_list(args: argparse.Namespace) -> int:
    """0 however many are late."""
    for line in listed(ledger(required(args.stage)), args.territory, late_only=args.late):
        print(line)
    return 0


def run_show(args: argparse.Namespace) -> int:
    """1 when the trail has been tampered with."""
    store = ledger(required(args.stage))
    alert = store.alert(args.alert)
    trail = store.desk.store.trail(alert.territory_id, alert.alert_id)
    lines, is_whole = alert_lines(alert, trail, due_at(store, alert), store.clock.now())
    print("\n".join(lines))
    return 0 if is_whole else 1


def run_fire(args: argparse.Namespace) -> int:
    """0 even when nothing was due."""
    store = ledger(required(args.stage), dry_run=args.dry_run)
    for line in fired(store, chosen(store, args)):
        print(line)
    return 0


def run_repair(args: argparse.Namespace) -> int:
    """0 even when nothing was amiss."""
    store = ledger(required(args.stage), dry_run=args.dry_run)
    for line in repaired(store, chosen(store, args)):
        print(line)
    return 0


def chosen(store: Ledger, args: argparse.Namespace) -> Iterator[Alert]:
    """The alert that was named, or all those that are open."""
    return iter([store.alert(args.alert)]) if args.alert else store.open_alerts(args.territory)


def due_at(store: Ledger, alert: Alert) -> datetime | None:
    """When the alert must be looked at next, by its territory's settings."""
    return next_due_at(alert, store.desk.book.territory(alert.territory_id).settings)


def listed(store: Ledger, territory: str, *, late_only: bool) -> Iterator[str]:
    """A line for each open alert, and how many there are."""
    now, count, late = store.clock.now(), 0, 0
    for alert in store.open_alerts(territory):
        line, is_late = alert_line(alert, due_at(store, alert), now)
        count, late = count + 1, late + is_late
        if is_late or not late_only:
            yield line
    yield f"{plural(count, 'alerte ouverte', 'alertes ouvertes')}, dont {late} en retard"


def fired(store: Ledger, alerts: Iterator[Alert]) -> Iterator[str]:
    """Does for each alert what the sweep would do now; yields what leaves."""
    now, count = store.clock.now(), 0
    for alert in alerts:
        due = due_at(store, alert)
        if due is None or due > now:
            continue
        order = Order(alert.territory_id, alert.alert_id, Fire(actor=OPERATOR, at=now), f"console:{to_text(now)}")
        count += carry_out(store.desk, order).changed
        yield f"{alert.alert_id}  {alert.territory_id}"
        yield from planned_lines(store)
    yield f"{plural(count, 'alerte traitée', 'alertes traitées')}{_rehearsed(store)}"


def repaired(store: Ledger, alerts: Iterator[Alert]) -> Iterator[str]:
    """Puts each alert and its deliveries back among what is due; yields what was amiss."""
    count = 0
    for alert in alerts:
        due, place = due_at(store, alert), (alert.territory_id, alert.alert_id)
        moved = not store.desk.store.as_it_stands(*place).is_due_at(due) and store.desk.store.reschedule(alert, due)
        strayed = store.deliveries.mend(*place)
        if moved or strayed:
            count += 1
            place_of_due = "rappel remis à sa place" if moved else "rappel en place"
            yield f"{alert.alert_id}  {alert.territory_id}  {place_of_due}, envois remis : {strayed}"
    yield f"{plural(count, 'alerte réparée', 'alertes réparées')}{_rehearsed(store)}"


def _rehearsed(store: Ledger) -> str:
    return " (à blanc : rien n’a été écrit)" if store.rehearsal else ""
