"""`vigie passerelles`: trains and judges the passerelles that matching infers."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from console.passerelles_text import told_judged
from console.progress import Progress
from services.matching.inferring.judging import PARTS, judge
from services.matching.inferring.shapes import SHIPPED, written
from services.matching.inferring.training import train
from services.matching.reference.release import read_release
from shared.errors import Invalid

SEEDS = 1
MOST_SEEDS = 20


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("passerelles", help="les passerelles inférées entre métiers")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    training = commands.add_parser("train", help="recalcule les poids sur la table des mobilités, écrit leur table")
    training.add_argument("--to", type=Path, default=SHIPPED, metavar="CSV", help="où écrire (celle du code)")
    training.set_defaults(run=run_train)
    judging = commands.add_parser("judge", help="juge sur des métiers dont toute la famille est cachée")
    judging.add_argument("--parts", type=int, default=PARTS, metavar="N", help="parts cachées tour à tour (5)")
    judging.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="tirages des parts (1)")
    judging.set_defaults(run=run_judge)
    for command in (training, judging):
        command.add_argument("--rome", type=Path, required=True, metavar="DOSSIER", help="version officielle du ROME")


def run_train(args: argparse.Namespace) -> int:
    """Fits the weights, then writes their table."""
    weights = train(read_release(args.rome), _watched)
    table = written(weights)
    args.to.write_text(table, encoding="utf-8")
    print(f"{args.to} : {len(weights.shapes)} lectures, {table.count(chr(10)) - 1} poids, {weights.trained_on}.")
    print("Jugez-les : vigie passerelles judge --rome DOSSIER.")
    return 0


def run_judge(args: argparse.Namespace) -> int:
    """Prints the split, the figures and the calibration."""
    if args.parts < 2 or not 1 <= args.seeds <= MOST_SEEDS:  # noqa: PLR2004 - one part hides everything
        raise Invalid(f"Il faut au moins 2 parts, et de 1 à {MOST_SEEDS} tirages.")
    release = read_release(args.rome)
    print(told_judged(release.name, judge(release, args.parts, range(args.seeds), _watched), args.parts))
    return 0


def _watched(sizes: Sequence[int]) -> Iterable[int]:
    with Progress("Passerelles", sum(sizes)) as progress:
        yield from progress.counted(sizes)
