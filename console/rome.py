"""`vigie rome`: loads the official reference of métiers."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.environment import required, resources
from services.visits.loading import read_release
from services.visits.resources import VISITS
from services.visits.store import VisitStore
from shared.topology import Table

TABLE = Table(VISITS.name, service="visits")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("rome", help="le référentiel des métiers (ROME)")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    loading = commands.add_parser("load", help="charge la version officielle, remplace celle qui l’était")
    loading.add_argument("folder", type=Path, metavar="DOSSIER", help="dossier des fichiers CSV décompressés")
    loading.add_argument("--dry-run", action="store_true", help="lit et vérifie sans rien écrire")
    loading.set_defaults(run=run_load)


def run_load(args: argparse.Namespace) -> int:
    """Reads the release, then replaces the reference in one transaction."""
    occupations = read_release(args.folder)
    print(f"{len(occupations)} métiers lus dans {args.folder}.")
    if args.dry_run:
        return 0
    store = VisitStore(resources(required(args.stage), [TABLE]).table(TABLE))
    store.replace_occupations(occupations)
    print("Le référentiel est en place : les formulaires ouverts le verront dans les cinq minutes.")
    return 0
