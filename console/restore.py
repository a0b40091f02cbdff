"""`vigie restore`: what a restored ledger needs before anything runs on it again (docs/runbook.md, “Restore”)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from console.alerts import due_at
from console.environment import confirmed, required
from console.ledger import Ledger, ledger
from console.search import LOOKED_BACK, recent_alerts
from services.alerts.rules.alert import Alert
from services.alerts.use_cases.restoring import Restoring, is_doubtful
from shared.web.formats import plural


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "restore", help="après une restauration : ce qui a pu partir depuis est mis en doute"
    )
    parser.add_argument("--territory", default="", metavar="TERRITOIRE", help="seulement ce territoire")
    parser.add_argument("--dry-run", action="store_true", help="compte seulement, sans rien écrire")
    parser.add_argument("--yes", action="store_true", help="sans demander de confirmation")
    parser.set_defaults(run=run_restore)


def run_restore(args: argparse.Namespace) -> int:
    """0 when every alert is settled; 1 when it was not confirmed."""
    store = ledger(required(args.stage))
    since = store.clock.now() - LOOKED_BACK
    territories = store.territories(args.territory)
    # Of an alert that has ended, the words that say so may still be on their way.
    alerts = [alert for name in territories for alert in recent_alerts(store, name, since)]
    for line in expected(store, alerts):
        print(line)
    if args.dry_run:
        return 0
    if not confirmed("Le balayage et les envois sont-ils bien arrêtés ?", already=args.yes):
        return 1
    for line in settled(store, alerts):
        print(line)
    return 0


def expected(store: Ledger, alerts: list[Alert]) -> Iterator[str]:
    """What there is to settle, alert by alert, as far as can be told before."""
    for alert in alerts:
        place = (alert.territory_id, alert.alert_id)
        due, rounds = due_at(store, alert), store.deliveries.rounds(*place)
        waiting = sum(map(is_doubtful, store.deliveries.of_alert(*place)))
        rings = "rappel dû" if due and due <= store.clock.now() else "pas de rappel dû"
        lists = plural(len(rounds), "liste inachevée", "listes inachevées")
        yield f"{alert.alert_id}  {alert.territory_id}  {rings}, {lists}, {plural(waiting, 'envoi')} à mettre en doute"
    yield f"{plural(len(alerts), 'alerte')} à examiner"


def settled(store: Ledger, alerts: list[Alert]) -> Iterator[str]:
    """Settles each; yields what was done."""
    restoring = Restoring(store.desk, store.deliveries)
    for alert in alerts:
        counts = restoring.settle(alert)
        doubted = plural(counts["DeliveriesDoubted"], "envoi mis", "envois mis")
        yield f"{alert.alert_id}  {doubted} en doute"
