"""`vigie directory`: applies a territory's file, shows what is applied."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from console.directory_text import applied_lines, difference_lines, directory_lines
from console.environment import LOCAL, confirmed, required, resources
from services.directory.applying import Plan, apply, plan
from services.directory.store import DirectoryStore
from services.directory.territory_file import read_territory_file
from shared.address_book import AddressBook
from shared.clock import SystemClock
from shared.errors import Invalid
from shared.ids import new_id
from shared.published import ADDRESS_BOOK


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("directory", help="l’annuaire des territoires : appliquer un fichier, le montrer")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    applying = commands.add_parser("apply", help="applique le fichier d’un territoire (voir docs/directory.md)")
    applying.add_argument("file", type=Path, metavar="FICHIER", help="fichier YAML du territoire")
    applying.add_argument("--dry-run", action="store_true", help="montre les différences sans rien écrire")
    applying.add_argument("--yes", action="store_true", help="applique sans demander de confirmation")
    applying.set_defaults(run=run_apply)
    showing = commands.add_parser("show", help="montre l’annuaire d’un territoire, coordonnées masquées")
    showing.add_argument("territory", metavar="TERRITOIRE", help="identifiant du territoire")
    showing.set_defaults(run=run_show)


def run_apply(args: argparse.Namespace) -> int:
    """Shows the differences, asks, applies, then shows each new webhook secret: the only time it can be read."""
    stage = required(args.stage)
    file = read_territory_file(_text(args.file), demonstration=stage == LOCAL)
    store = DirectoryStore(resources(stage, [ADDRESS_BOOK]).table(ADDRESS_BOOK))
    planned = plan(file, store)
    print("\n".join(difference_lines(planned)))
    if args.dry_run or planned.is_idle:
        return 0
    if not confirmed("Appliquer ces changements ?", already=args.yes):
        print("Rien n’a été écrit.")
        return 1
    _apply(stage, planned, store)
    return 0


def _apply(stage: str, planned: Plan, store: DirectoryStore) -> None:
    vault = resources(stage, data_key=True).vault()
    applied = apply(planned, store, vault, clock=SystemClock(), new_id=new_id, random_bytes=os.urandom)
    print("\n".join(applied_lines(applied)))


def run_show(args: argparse.Namespace) -> int:
    """Prints a territory's entries."""
    book = AddressBook(resources(required(args.stage), [ADDRESS_BOOK]).table(ADDRESS_BOOK))
    print("\n".join(directory_lines(book.directory(args.territory))))
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Invalid(f"Le fichier {path} n’existe pas.") from None
    except UnicodeDecodeError:
        raise Invalid(f"Le fichier {path} n’est pas en UTF-8 : enregistrez-le dans ce codage.") from None
