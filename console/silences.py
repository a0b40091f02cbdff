"""`vigie silences`: why nothing is sent to an address any more, and how to write to it again once it is mended."""

from __future__ import annotations

import argparse

from console.environment import required, resources
from services.alerts.deliveries.silences import Silences, silence_reason
from services.alerts.resources import LEDGER
from shared.errors import Conflict
from shared.topology import Table

TABLE = Table(LEDGER.name, service="alerts")
FREE = "Rien ne s’oppose aux envois vers cette adresse."
SES_TOO = (
    "SES tient sa propre liste : si l’adresse y est, retirez-l’en aussi "
    "(aws sesv2 delete-suppressed-destination --email-address …), sinon le prochain message reviendra."
)


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("silences", help="les adresses auxquelles plus rien n’est envoyé")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    _command(commands, "show", "dit pourquoi rien ne part vers une adresse").set_defaults(run=run_show)
    _command(commands, "lift", "laisse de nouveau partir les messages vers une adresse").set_defaults(run=run_lift)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("address", metavar="ADRESSE", help="adresse électronique, ou numéro sous la forme +33…")
    parser.add_argument("--territory", required=True, metavar="TERRITOIRE")
    parser.add_argument("--channel", choices=("email", "sms"), default="email", help="email par défaut")
    return parser


def run_show(args: argparse.Namespace) -> int:
    """Prints the reason, or that there is none."""
    cause = _silences(args).cause(args.territory, args.channel, args.address)
    print(silence_reason(cause) if cause else FREE)
    return 0


def run_lift(args: argparse.Namespace) -> int:
    """Raises Conflict for a silence that its owner asked for: only they end it."""
    silences = _silences(args)
    if silences.cause(args.territory, args.channel, args.address) == "opted_out":
        raise Conflict("Ce destinataire a demandé à ne plus recevoir les offres : lui seul peut changer d’avis.")
    silences.lift(args.territory, args.channel, args.address)
    print(FREE)
    if args.channel == "email":
        print(SES_TOO)
    return 0


def _silences(args: argparse.Namespace) -> Silences:
    return Silences(resources(required(args.stage), [TABLE]).table(TABLE))
