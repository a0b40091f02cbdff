"""`make run`: the whole system on localhost, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.progress import step

if TYPE_CHECKING:
    from infra.local.system import LocalSystem

_STATE = Path(".vigie/state")
_SITE_PORT, _AWS_PORT = 8600, 8601
_SHOWN_USERS = 8


def main(arguments: list[str]) -> int:
    """Starts, says where to look, waits, stops; returns the exit code."""
    given = _parser().parse_args(arguments)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        system = _start(given)
    except _start_errors() as error:
        print(f"Le système n’a pas démarré : {error}", file=sys.stderr)
        return 1
    with system:
        print(_welcome(system), flush=True)
        stop.wait()
        print("\nArrêt …", flush=True)
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
    """Imports late: a word on the screen first, then the second that the libraries take."""
    with step("Lecture des gabarits CloudFormation"):
        from infra.assembly import ensure

        assembly = ensure("local")
    with step("Démarrage de l’AWS local"):
        from infra.local.demonstration import load_demonstration
        from infra.local.durability import wipe
        from infra.local.system import LocalSystem

        if given.fresh:
            wipe(given.state)
        system = LocalSystem(assembly, given.state, given.site_port, given.aws_port)
    if not given.empty:
        with step("Chargement des territoires de démonstration"):
            load_demonstration(system)
    return system


def _start_errors() -> tuple[type[Exception], ...]:
    from infra.assembly import AssemblyError
    from infra.local.demonstration import NotLoaded
    from infra.local.templates import TemplateError

    return (AssemblyError, NotLoaded, TemplateError, OSError)


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
