"""Files that are generated and committed: written anew, or compared so that a stale one is a red check."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Files = Mapping[Path, str]


def register_generator(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    generate: Callable[[], Files],
) -> None:
    """Adds a subcommand with `--write` and `--check`; `generate` returns every file's content."""
    parser = subparsers.add_parser(name, help=about, description=about)
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--write", action="store_true", help="écrit les fichiers")
    way.add_argument("--check", action="store_true", help="échoue si un fichier n’est pas à jour")
    parser.set_defaults(run=lambda args: settle(generate(), name) if args.check else write(generate()))


def write(files: Files) -> int:
    """Writes what changed, and says what."""
    for path in stale(files):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        print(f"{path} : écrit.")
    return 0


def settle(files: Files, command: str) -> int:
    """0 when every file is up to date; otherwise 1, with the remedy."""
    late = stale(files)
    for path in late:
        print(f"{path} n’est pas à jour : lancez « vigie {command} --write ».", file=sys.stderr)
    return 1 if late else 0


def stale(files: Files) -> list[Path]:
    """The files that are missing or differ."""
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
