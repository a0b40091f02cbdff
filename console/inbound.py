"""`vigie inbound`: the partners' systems that may post webhooks to a territory, and their secrets."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from console.environment import required, resources
from infra.stages import STAGES
from services.alerts.inbound.administering import Administration
from services.alerts.inbound.system import System, SystemStore
from services.alerts.resources import LEDGER
from shared.address_book import AddressBook
from shared.clock import SystemClock
from shared.errors import Invalid
from shared.ids import new_id
from shared.published import ADDRESS_BOOK
from shared.topology import Table
from shared.web.formats import instant, plural

TABLE = Table(LEDGER.name, service="alerts")
MOST_HOURS = 24 * 7


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("inbound", help="les systèmes qui envoient des webhooks (voir docs/webhooks-in.md)")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    creating = _command(commands, "create", "crée un système et montre son secret, une seule fois")
    creating.add_argument("--name", required=True, metavar="NOM", help="comment les gens le lisent dans l’historique")
    creating.set_defaults(run=run_create)
    rotating = _command(commands, "rotate", "donne un nouveau secret, montré une seule fois")
    rotating.add_argument(
        "--overlap", type=int, default=24, metavar="HEURES", help="l’ancien vaut encore ce temps ; 0 en urgence (24)"
    )
    rotating.set_defaults(run=run_rotate)
    _command(commands, "revoke", "retire tous les secrets : tout envoi est refusé").set_defaults(run=run_revoke)
    listing = commands.add_parser("list", help="montre les systèmes d’un territoire")
    listing.add_argument("--territory", required=True, metavar="TERRITOIRE")
    listing.set_defaults(run=run_list)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("system", metavar="SYSTEME", help="identifiant, par exemple agence-belfort")
    parser.add_argument("--territory", required=True, metavar="TERRITOIRE")
    return parser


def run_create(args: argparse.Namespace) -> int:
    """Prints the address and the secret."""
    stage = required(args.stage)
    AddressBook(resources(stage, [ADDRESS_BOOK]).table(ADDRESS_BOOK)).territory(args.territory)
    secret = _administration(stage).create(args.territory, args.system, args.name.strip())
    print(f"Adresse : {STAGES[stage].public_url}/webhooks/{args.territory}/{args.system}")
    print(f"Secret, montré cette seule fois : {secret}")
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    """Prints the new secret, and how long the earlier ones are good."""
    if not 0 <= args.overlap <= MOST_HOURS:
        raise Invalid(f"Le recouvrement va de 0 à {MOST_HOURS} heures.")
    administration = _administration(required(args.stage))
    secret = administration.rotate(args.territory, args.system, timedelta(hours=args.overlap))
    print(f"Secret, montré cette seule fois : {secret}")
    told = f"valent encore {plural(args.overlap, 'heure')}" if args.overlap else "ne valent plus rien"
    print(f"Les secrets précédents {told}.")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Takes effect at once."""
    _administration(required(args.stage)).revoke(args.territory, args.system)
    print("Révoqué : tout ce que ce système envoie est refusé. « vigie inbound rotate » lui redonne un secret.")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Prints the systems; never a secret."""
    table = resources(required(args.stage), [TABLE]).table(TABLE)
    lines = list(system_lines(SystemStore(table).of_territory(args.territory), SystemClock().now()))
    print("\n".join(lines or ["Aucun système dans ce territoire."]))
    return 0


def system_lines(systems: Iterable[System], now: datetime) -> Iterator[str]:
    """One system a line, and each of its keys below it."""
    for system in systems:
        keys = system.keys_at(now)
        yield f"{system.id} : {system.name}, {plural(len(keys), 'clé valable', 'clés valables') if keys else 'révoqué'}"
        for key in keys:
            until = f", jusqu’au {instant(key.expires_at)}" if key.expires_at else ""
            yield f"  {key.id} depuis le {instant(key.created_at)}{until}"


def _administration(stage: str) -> Administration:
    store = SystemStore(resources(stage, [TABLE]).table(TABLE))
    vault = resources(stage, data_key=True).vault()
    return Administration(store, vault, SystemClock(), new_id, os.urandom)
