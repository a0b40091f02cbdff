"""`make run`, once its libraries are loaded: starts the system, says where to look, stops it on Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.assembly import AssemblyError, ensure
from infra.local.demonstration import NotLoaded, load_demonstration, load_registers
from infra.local.durability import wipe
from infra.local.progress import step
from infra.local.system import LocalSystem
from infra.local.templates import TemplateError

_STATE = Path(".vigie/state")
_SITE_PORT, _AWS_PORT = 8600, 8601
_SHOWN_USERS = 8
_FAILURES = (AssemblyError, NotLoaded, TemplateError, OSError)


def run(arguments: list[str]) -> int:
    """Starts, says where to look, waits, stops; returns the exit code."""
    given = _parser().parse_args(arguments)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        system = _start(given)
    except _FAILURES as error:
        sys.stderr.write(f"Le système n’a pas démarré : {error}\n")
        return 1
    with system:
        _say(_welcome(system))
        stop.wait()
        _say("\nArrêt …")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Vigie sur cette machine.")
    parser.add_argument("--fresh", action="store_true", help="repart de zéro : efface les données locales")
    parser.add_argument("--state", type=Path, default=_STATE, help="dossier des données")
    parser.add_argument("--site-port", type=int, default=_SITE_PORT)
    parser.add_argument("--aws-port", type=int, default=_AWS_PORT)
    parser.add_argument("--empty", action="store_true", help="sans les territoires de démonstration")
    return parser


def _start(given: argparse.Namespace) -> LocalSystem:
    with step("Lecture des gabarits CloudFormation"):
        assembly = ensure("local")
    if given.fresh:
        wipe(given.state)
    with step("Démarrage de l’AWS local"):
        system = LocalSystem(assembly, given.state, given.site_port, given.aws_port)
    if not given.empty:
        with step("Chargement des territoires de démonstration"), closing_on_failure(system):
            load_demonstration(system)
            load_registers(system)
    return system


@contextmanager
def closing_on_failure(system: LocalSystem) -> Iterator[None]:
    """A system that could not be made ready is not left running."""
    with ExitStack() as failed:
        failed.callback(system.close)
        yield
        failed.pop_all()


def _welcome(system: LocalSystem) -> str:
    users = system.demo_users()
    shown = "\n".join(f"    {user.name} ({'; '.join(user.places)})" for user in users[:_SHOWN_USERS])
    more = f"\n    … et {len(users) - _SHOWN_USERS} autres" if len(users) > _SHOWN_USERS else ""
    return f"""
Vigie est prêt.
  Le site             {system.url}/
  La boîte d’envoi    {system.url}/_local/outbox   (courriels, SMS, webhooks partis)
  L’horloge           {system.url}/_local/clock    (+1 h, +24 h, +48 h)
  Avancer l’horloge   curl -X POST -d hours=24 {system.url}/_local/clock
  L’AWS local         {system.aws_endpoint}   (vigie --local … l’utilise)
  Les journaux        {system.folder / "logs"}/
  Se connecter en tant que (un clic, sans mot de passe) :
{shown}{more}
Ctrl-C arrête ; les données restent. make run FRESH=1 repart de zéro."""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
