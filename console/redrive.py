"""`vigie redrive`: lists what failed for good, with its reason, and sends it back after the fix."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from console.dead_letters import DeadLetter, DeadLetters
from console.environment import client, prefix, required
from shared.clock import SystemClock
from shared.errors import Invalid
from shared.web.formats import duration, plural


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("redrive", help="les messages en échec : les lister, les rejouer")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("queue", nargs="?", default="", metavar="FILE", help="par exemple alerts-emails")
    which.add_argument("--all", action="store_true", help="toutes les files")
    parser.add_argument("--dry-run", action="store_true", help="liste seulement : motif, nombre, ancienneté")
    parser.set_defaults(run=run_redrive)


def run_redrive(args: argparse.Namespace) -> int:
    """0 even when there is nothing to do."""
    stage = required(args.stage)
    if not args.all and not args.queue:
        raise Invalid("Dites quelle file, ou --all.")
    letters = DeadLetters(client("sqs"), prefix(stage))
    queues = letters.queues() if args.all else [letters.named(args.queue)]
    for queue in queues:
        for line in redriven(letters, queue, SystemClock().now(), dry_run=args.dry_run):
            print(line)
    return 0


def redriven(letters: DeadLetters, queue: str, now: datetime, *, dry_run: bool) -> Iterator[str]:
    """Empties one dead-letter queue, or only looks at it; yields what to tell."""
    held = letters.hold(queue)
    yield f"{queue} : {plural(len(held), 'message')}"
    yield from _reasons(held, now)
    if dry_run:
        letters.release(queue, held)
        return
    stuck = [letter for letter in held if not _replayed(letters, queue, letter)]
    letters.release(queue, stuck)
    if len(held) > len(stuck):
        yield f"  {plural(len(held) - len(stuck), 'message rejoué', 'messages rejoués')}"
    if stuck:
        yield f"  {plural(len(stuck), 'message')} sans file d’origine (flux ou horaire) : voir docs/operations.md, « dead »"


def _replayed(letters: DeadLetters, queue: str, letter: DeadLetter) -> bool:
    origin = letters.origin(queue, letter)
    if origin is None:
        return False
    letters.replay(queue, letter, origin)
    return True


def _reasons(held: Sequence[DeadLetter], now: datetime) -> Iterator[str]:
    for (code, reason), count in Counter((letter.code, letter.reason) for letter in held).most_common():
        oldest = min(letter.buried_at for letter in held if (letter.code, letter.reason) == (code, reason))
        yield f"  {count} × {code} – {reason} (depuis {duration(now - oldest)})"
