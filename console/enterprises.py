"""`vigie enterprises`: imports a file into a territory's register, by the same machines as the pages."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.enterprises_text import progress_line, report_lines
from console.environment import client, prefix, required, resources
from services.visits.importing.commands import BeginImport, ImportCommands, begin_import
from services.visits.importing.objects import LARGEST_FILE, ImportObjects
from services.visits.importing.record import OPERATOR, Import
from services.visits.importing.store import ImportStore
from services.visits.importing.viewing import view
from services.visits.resources import IMPORT_ADVANCES, IMPORTS, VISITS
from shared.address_book import AddressBook, Membership, Territory
from shared.aws import Aws
from shared.clock import SystemClock
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import NewId, new_id
from shared.published import ADDRESS_BOOK
from shared.topology import Table, environment_name, physical_name

PAUSE_S = 1.0


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = subparsers.add_parser("enterprises", help="le registre des entreprises d’un territoire")
    commands = group.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    importing = commands.add_parser("import", help="importe un fichier SIRENE ou un fichier du territoire")
    importing.add_argument("file", type=Path, metavar="FICHIER", help="CSV, ou classeur .xlsx")
    importing.add_argument("--territory", required=True, metavar="TERRITOIRE", help="identifiant du territoire")
    importing.add_argument("--dry-run", action="store_true", help="vérifie et compte sans rien écrire")
    importing.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Sends the file, follows the work, prints the report; 1 when the file is refused."""
    stage = required(args.stage)
    refuse_unsendable(args.file)
    territory = AddressBook(resources(stage, [ADDRESS_BOOK]).table(ADDRESS_BOOK)).territory(args.territory)
    imports = FileImport(_commands(stage), operator(territory), new_id, _pause)
    return imports.run(args.file, dry_run=args.dry_run)


def refuse_unsendable(file: Path) -> None:
    """Raises Invalid for what is no file, is empty, or is larger than the pages accept."""
    if not file.is_file():
        raise Invalid(f"Le fichier {file} n’existe pas.")
    if not 0 < file.stat().st_size <= LARGEST_FILE:
        raise Invalid(f"Le fichier {file} est vide, ou dépasse {LARGEST_FILE // 1_000_000} Mo.")


def operator(territory: Territory) -> Caller:
    """Who runs this command, for the territory that it names."""
    membership = Membership(
        territory_id=territory.id,
        territory_name=territory.name,
        structure_id=OPERATOR,
        structure_name=OPERATOR,
        member_id=OPERATOR,
        roles=("coordinator",),
    )
    return Caller(OPERATOR, OPERATOR, membership)


@dataclass(frozen=True)
class FileImport:
    """One import from a terminal. `pause` waits a moment between two looks."""

    commands: ImportCommands
    caller: Caller
    new_id: NewId
    pause: Callable[[], None]

    def run(self, file: Path, *, dry_run: bool) -> int:
        """The whole import, or only its check; returns the exit code."""
        begun = self._begin(file.name)
        self.commands.objects.send(begun, file)
        subject = self._followed(self.commands.check(begun.id, self.caller))
        if subject.state == "checked" and not dry_run:
            subject = self._followed(self.commands.apply(begun.id, self.caller))
        print("\n".join(report_lines(view(subject, self.commands.store, self.commands.objects))))
        if dry_run and subject.open:
            self.commands.abandon(begun.id, self.caller)
        return 1 if subject.state == "failed" else 0

    def _begin(self, title: str) -> Import:
        commands, caller = self.commands, self.caller
        key = self.new_id(commands.clock.now())
        request = Request.of(caller.territory_id, caller.member_id, key, title)
        given = BeginImport(title=title[:120])
        begun = begin_import(given, request, caller, store=commands.store, clock=commands.clock, new_id=self.new_id)
        return commands.store.get(caller.territory_id, begun.import_id)

    def _followed(self, subject: Import) -> Import:
        """The import once the machines are done with it."""
        while subject.at_work:
            line = progress_line(view(subject, self.commands.store, self.commands.objects))
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
            self.pause()
            subject = self.commands.store.get(subject.territory_id, subject.id)
        print(file=sys.stderr)
        return subject


def _commands(stage: str) -> ImportCommands:
    account = client("sts").get_caller_identity()["Account"]
    queue = physical_name(prefix(stage), "visits", IMPORT_ADVANCES.name)
    visits = Table(VISITS.name, service="visits")
    aws = Aws({
        environment_name("TABLE", visits.name): physical_name(prefix(stage), "visits", visits.name),
        environment_name("BUCKET", IMPORTS.name): f"{physical_name(prefix(stage), 'visits', IMPORTS.name)}-{account}",
        environment_name("QUEUE", IMPORT_ADVANCES.name): client("sqs").get_queue_url(QueueName=queue)["QueueUrl"],
    })  # fmt: skip
    store, objects = ImportStore(aws.table(visits)), ImportObjects(aws.bucket(IMPORTS))
    return ImportCommands(store, objects, aws.queue(IMPORT_ADVANCES), SystemClock())


def _pause() -> None:
    time.sleep(PAUSE_S)
