"""`vigie deliveries`: what failed, waits or is in doubt, what happened to one; sends again what never arrived."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice

from console.deliveries_text import delivery_line, delivery_lines
from console.environment import confirmed, required
from console.ledger import Ledger, ledger
from console.moments import EXAMPLES, moment
from console.progress import Progress
from console.search import STATES, Search, named
from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.replaying import can_replay, is_missed, replay
from shared.clock import to_text
from shared.errors import Conflict, Invalid
from shared.web.formats import plural


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("deliveries", help="les envois : lesquels ont échoué, pourquoi, les rejouer")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    listing = commands.add_parser("list", help="les envois d’une alerte, d’un partenaire ou d’un territoire")
    listing.add_argument("--state", choices=STATES, default="all", help="échec, attente, doute ; tous sinon")
    listing.add_argument("--limit", type=int, default=200, metavar="N", help="au plus autant de lignes")
    listing.set_defaults(run=run_list)
    showing = commands.add_parser("show", help="un envoi et chacun de ses essais")
    showing.set_defaults(run=run_show)
    replaying = commands.add_parser("replay", help="rejoue un envoi, une période, ou ce qui n’est jamais arrivé")
    replaying.add_argument("--missed", action="store_true", help="seulement ce qui est en échec")
    replaying.add_argument("--dry-run", action="store_true", help="dit ce qui partirait, sans rien écrire")
    replaying.add_argument("--yes", action="store_true", help="rejoue sans demander de confirmation")
    replaying.set_defaults(run=run_replay)
    showing.add_argument("alert", metavar="ALERTE", help="identifiant de l’alerte")
    showing.add_argument("delivery", metavar="ENVOI", help="identifiant de l’envoi, ou son début")
    replaying.add_argument("--delivery", default="", metavar="ENVOI", help="un seul envoi de cette alerte")
    for command in (listing, replaying):
        command.add_argument("--territory", default="", metavar="TERRITOIRE", help="seulement ce territoire")
        command.add_argument("--alert", default="", metavar="ALERTE", help="les envois de cette alerte")
        command.add_argument("--partner", default="", metavar="PARTENAIRE", help="les envois à ce partenaire")
        command.add_argument("--from", dest="since", default="", metavar="MOMENT", help=f"créés depuis : {EXAMPLES}")
        command.add_argument("--to", dest="until", default="", metavar="MOMENT", help="créés jusqu’à ce moment")


def run_list(args: argparse.Namespace) -> int:
    """0 however many have failed."""
    store = ledger(required(args.stage))
    for line in listed(store, search_of(store, args), args.limit):
        print(line)
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Raises NotFound for what is no delivery of that alert."""
    store = ledger(required(args.stage))
    print("\n".join(delivery_lines(named(store, args.alert, args.delivery), store.clock.now())))
    return 0


def run_replay(args: argparse.Namespace) -> int:
    """0 when everything that was asked for is on its way, or there was nothing; 1 when it was not confirmed."""
    store = ledger(required(args.stage))
    wanted = to_replay(store, args)
    now = store.clock.now()
    for line in (delivery_line(delivery, now) for delivery in wanted):
        print(line)
    print(f"{plural(len(wanted), 'envoi')} à rejouer")
    if args.dry_run or not wanted:
        return 0
    if not confirmed("Les rejouer ?", already=args.yes):
        return 1
    print(f"{plural(replayed(store, wanted), 'envoi rejoué', 'envois rejoués')}")
    return 0


def search_of(store: Ledger, args: argparse.Namespace) -> Search:
    """What the options ask for; raises Invalid for a moment that cannot be read."""
    now = store.clock.now()
    since = moment(args.since, now) if args.since else None
    until = moment(args.until, now) if args.until else None
    return Search(args.territory, args.alert, args.partner, getattr(args, "state", "all"), since, until)


def listed(store: Ledger, search: Search, limit: int) -> Iterator[str]:
    """A line for each delivery, the oldest of an alert first, and how many there are."""
    now = store.clock.now()
    found = list(islice(search.found(store, now), limit + 1))
    yield from (delivery_line(delivery, now) for delivery in found[:limit])
    more = f" ; il y en a d’autres (--limit {2 * limit})" if len(found) > limit else ""
    yield f"{plural(len(found[:limit]), 'envoi')}{more}"


def to_replay(store: Ledger, args: argparse.Namespace) -> list[Delivery]:
    """What is to be sent again; raises Invalid where that could be more than was meant."""
    if args.delivery:
        return [named(store, args.alert, args.delivery)]
    if not args.missed and not (args.partner and args.since):
        raise Invalid("Dites quoi rejouer : --delivery, --missed, ou --partner avec --from (et --to).")
    if not (args.alert or args.partner):
        raise Invalid("Dites pour quelle alerte (--alert) ou quel partenaire (--partner).")
    found = search_of(store, args).found(store, store.clock.now())
    return [delivery for delivery in found if (is_missed if args.missed else can_replay)(delivery)]


def replayed(store: Ledger, wanted: Sequence[Delivery]) -> int:
    """Puts each one back in its queue, once; how many. What has moved meanwhile is on its way by itself."""
    demand = f"console:{to_text(store.clock.now())}"
    with Progress("Envois rejoués", len(wanted)) as progress:
        return sum(progress.counted(_replayed(store, delivery, demand) for delivery in wanted))


def _replayed(store: Ledger, delivery: Delivery, demand: str) -> int:
    try:
        place = (delivery.territory_id, delivery.alert_id, delivery.sk)
        replay(store.deliveries, store.clock, *place, demand=demand)
    except Conflict as refusal:
        print(f"{delivery.id} : {refusal.message}")
        return 0
    return 1
