"""From a command line to an exit code: 0 done, 1 refused or failed with what to do, 2 misused."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError

import console
from console.environment import LOCAL, choose
from shared.errors import VigieError

SUBCOMMAND_MARK = "register"


class Subcommand(Protocol):
    """What a module `console/<name>.py` offers to be found as a subcommand."""

    def register(self, subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Adds its parser, with `run` as default: `run(args) -> int`, the exit code."""
        ...


def subcommands() -> list[Subcommand]:
    """Every module of this package that registers a subcommand, by name."""
    names = sorted(module.name for module in iter_modules(console.__path__) if module.name not in {"__main__", "main"})
    modules = [import_module(f"console.{name}") for name in names]
    return [cast(Subcommand, module) for module in modules if hasattr(module, SUBCOMMAND_MARK)]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(prog="vigie", description="Exploite une plateforme Vigie.")
    where = whole.add_mutually_exclusive_group()
    where.add_argument("--stage", default="", metavar="ENV", help="environnement visé : dev, staging ou prod")
    where.add_argument(
        "--local", dest="stage", action="store_const", const=LOCAL, help="le système local, démarré par « make run »"
    )
    subparsers = whole.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    for subcommand in subcommands():
        subcommand.register(subparsers)
    return whole


def main(arguments: Sequence[str]) -> int:
    """Runs one command; what is refused is said in French on the error output."""
    args = parser().parse_args(arguments)
    try:
        choose(args.stage)
        code = int(args.run(args))
        sys.stdout.flush()
    except VigieError as error:
        return _failed(error.message)
    except (BotoCoreError, ClientError) as error:
        return _failed(f"AWS a refusé : {error}\nVérifiez l’environnement visé et vos identifiants AWS.")
    except KeyboardInterrupt:
        return _failed("Interrompu.")
    except BrokenPipeError:
        # Whoever reads, `head` for one, has had enough; Python must not try to tell them more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
