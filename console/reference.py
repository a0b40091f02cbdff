"""`vigie reference`: loads the métiers, communes, activities, passerelles and dispositifs that matching reads."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from console.progress import Progress
from console.reference_shelf import shelf_for
from console.reference_text import (
    told_communes,
    told_dispositifs,
    told_eligibilities,
    told_passerelles,
    told_release,
)
from services.matching.inferring.ranking import infer
from services.matching.inferring.shapes import shipped
from services.matching.reference.commune_files import placed, read_communes
from services.matching.reference.communes import communes_of, dump_communes
from services.matching.reference.dispositifs.dispositif import (
    CONDITIONS,
    DISPOSITIFS,
    FOLDER,
    dump_dispositifs,
    read_dispositifs,
    shipped_dispositifs,
)
from services.matching.reference.dispositifs.eligibility import eligibilities
from services.matching.reference.dispositifs.facts import Value, known_fact
from services.matching.reference.lines import day
from services.matching.reference.naf import dump_naf, read_naf
from services.matching.reference.passerelles import read_declared
from services.matching.reference.release import read_release
from services.matching.reference.shelf import CSV, JSON, NPZ, Shelf, version_of
from services.matching.reference.tables import Tables, dump, load, tables_of
from shared.errors import Invalid, NotFound
from shared.web.formats import number

TERRITORY = re.compile(r"[a-z0-9-]{1,60}")
READING, MAKING, WRITING = 15, 70, 15
"""Shares of the time that a release takes."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("reference", help="les référentiels du rapprochement")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    _add(commands, "load", "les métiers : une version officielle du ROME, dossier ou zip", run_load)
    communes = _add(commands, "communes", "les communes : communes.json de l’INSEE, ou CSV", run_communes)
    communes.add_argument("--coordinates", type=Path, metavar="CSV", help="latitude, longitude et voisines par code")
    _add(commands, "naf", "les activités : CSV code, libellé", run_naf)
    passerelles = _add(commands, "passerelles", "les passerelles déclarées d’un territoire : CSV", run_passerelles)
    passerelles.add_argument("--territory", required=True, metavar="TERRITOIRE", help="celui qui les déclare")
    table = _add(
        commands, "dispositifs", f"les règles datées : dossier de {DISPOSITIFS} et {CONDITIONS}", run_dispositifs
    )
    table.set_defaults(source=FOLDER)
    asking = commands.add_parser("eligible", help="quels dispositifs sont ouverts, à une date")
    asking.add_argument("facts", nargs="*", metavar="FAIT=VALEUR", help="par exemple status=employee hours=400")
    asking.add_argument("--on", required=True, metavar="JOUR", help="31/01/2026")
    asking.set_defaults(run=run_eligible)


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    told: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told)
    many = "?" if name == "dispositifs" else None
    command.add_argument("source", type=Path, metavar="FICHIER", nargs=many, help="ce qui est à charger")
    command.add_argument("--to", type=Path, metavar="DOSSIER", help="écrit dans ce dossier au lieu d’un environnement")
    command.add_argument("--dry-run", action="store_true", help="lit et vérifie sans rien écrire")
    command.set_defaults(run=run)
    return command


def run_load(args: argparse.Namespace) -> int:
    """Reads a release, makes its tables and puts them in use."""
    shelf = shelf_for(args)
    with Progress("Référentiel ROME", READING + MAKING + WRITING) as progress:
        steps = progress.counted((READING, MAKING, WRITING))
        release = read_release(args.source)
        next(steps)
        tables = tables_of(release, infer(release, shipped()))
        next(steps)
        content = dump(tables)
        next(steps)
    _tell(told_release(release, tables))
    return _put(shelf, "rome", tables.version, content, NPZ)


def run_communes(args: argparse.Namespace) -> int:
    """Reads communes, places them if a file says where, and puts them in use."""
    shelf = shelf_for(args)
    found = read_communes(_read(args.source), args.source.name)
    if args.coordinates:
        found = placed(found, _read(args.coordinates), args.coordinates.name)
    communes = communes_of(found)
    content = dump_communes(communes)
    _tell(told_communes(communes))
    return _put(shelf, "communes", f"communes-{version_of(content)}", content, NPZ)


def run_naf(args: argparse.Namespace) -> int:
    """Reads the activities and puts them in use."""
    shelf = shelf_for(args)
    naf = read_naf(_read(args.source), args.source.name)
    content = dump_naf(naf)
    _tell([f"{len(naf)} activités"])
    return _put(shelf, "naf", f"naf-{version_of(content)}", content, JSON)


def run_passerelles(args: argparse.Namespace) -> int:
    """Reads a territory's declared passerelles, against the métiers in use if there are, and puts them in use."""
    shelf, content = shelf_for(args), _read(args.source)
    tables = _tables_in_use(shelf)
    known = frozenset(tables.occupations.codes.tolist()) if tables else None
    declared = read_declared(content, args.source.name, known).whole()
    _tell(told_passerelles(declared))
    if known is None:
        print("Codes non vérifiés : aucun référentiel des métiers n’est encore chargé là.")
    return _put(shelf, f"passerelles/{_territory(args.territory)}", f"passerelles-{version_of(content)}", content, CSV)


def run_dispositifs(args: argparse.Namespace) -> int:
    """Reads the decision table, the one that comes with the product unless another is named, and puts it in use."""
    shelf = shelf_for(args)
    tables = [_read(args.source / name) for name in (DISPOSITIFS, CONDITIONS)]
    _tell(told_dispositifs(read_dispositifs(*tables)))
    return _put(shelf, "dispositifs", f"dispositifs-{version_of(*tables)}", dump_dispositifs(*tables), JSON)


def run_eligible(args: argparse.Namespace) -> int:
    """Answers for the facts given, and says which ones are missing; nothing is kept."""
    facts = dict(_fact(told) for told in args.facts)
    _tell(told_eligibilities(eligibilities(shipped_dispositifs(), facts, day(args.on, "--on"))))
    return 0


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _put(shelf: Shelf | None, part: str, version: str, content: bytes, content_type: str) -> int:
    """Says the version; 0 in any case."""
    size = f"version {version}, {number(len(content) / 1000)} Ko"
    if shelf is None:
        print(f"Rien n’a été écrit : {size}.")
    elif shelf.publish(part, version, content, content_type):
        print(f"En service : {size}.")
    else:
        print(f"Déjà en service : {size}. Rien n’a changé.")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} n’existe pas, ou ne se lit pas.") from error


def _territory(name: str) -> str:
    if not TERRITORY.fullmatch(name):
        raise Invalid(f"« {name} » n’est pas le nom technique d’un territoire : minuscules, chiffres et tirets.")
    return name


def _tables_in_use(shelf: Shelf | None) -> Tables | None:
    try:
        return load(shelf.content("rome")) if shelf else None
    except NotFound:
        return None


def _fact(told: str) -> tuple[str, Value]:
    name, _, value = told.partition("=")
    return name, known_fact(name).read(value)
