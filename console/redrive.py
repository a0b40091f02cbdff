"""`vigie redrive`: lists what failed for good, with its reason, and sends it back after the fix."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.dead_letters import DEAD, DeadLetter, DeadLetters
from console.environment import LOCAL, client, confirmed, prefix, required
from console.moments import EXAMPLES, moment
from console.progress import Progress
from shared.clock import SystemClock
from shared.errors import Invalid
from shared.web.formats import duration, plural, short_instant

TICK = b'{"scheduled_at":"redrive"}'
Start = Callable[[str], object]
"""Starts a scheduled function, by its name, as its clock would have."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("redrive", help="les messages en échec : les lister, les rejouer")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("queue", nargs="?", default="", metavar="FILE", help="par exemple alerts-emails")
    which.add_argument("--all", action="store_true", help="toutes les files")
    parser.add_argument("--code", default="", help="seulement ce code, par exemple panne")
    parser.add_argument("--reason", default="", metavar="TEXTE", help="seulement les motifs qui contiennent ce texte")
    parser.add_argument(
        "--id", default="", help="seulement les messages qui portent cet identifiant (alerte, événement…)"
    )
    parser.add_argument("--from", dest="since", default="", metavar="MOMENT", help=f"en échec depuis : {EXAMPLES}")
    parser.add_argument("--to", dest="until", default="", metavar="MOMENT", help="en échec jusqu’à ce moment")
    parser.add_argument("--each", action="store_true", help="montre chaque message, par ses identifiants")
    parser.add_argument("--dry-run", action="store_true", help="liste seulement : motif, nombre, ancienneté")
    parser.add_argument("--forget", action="store_true", help="efface au lieu de rejouer (flux, travail déjà fait)")
    parser.add_argument("--yes", action="store_true", help="efface sans demander de confirmation")
    parser.set_defaults(run=run_redrive)


@dataclass(frozen=True)
class Choice:
    """Which dead letters are meant; an empty criterion means all."""

    code: str = ""
    reason: str = ""
    id: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Whether the letter is one of them."""
        return (
            self.code in ("", letter.code)
            and self.reason.casefold() in letter.reason.casefold()
            and (self.id == letter.id or self.id in letter.body)
            and (self.since is None or self.since <= letter.buried_at)
            and (self.until is None or letter.buried_at <= self.until)
        )


def run_redrive(args: argparse.Namespace) -> int:
    """0 even when there is nothing to do; 1 when nothing was confirmed."""
    stage = required(args.stage)
    if not args.all and not args.queue:
        raise Invalid("Dites quelle file, ou --all.")
    now = SystemClock().now()
    redrive = Redrive(DeadLetters(client("sqs"), prefix(stage)), _starter(stage), _choice(args, now), now)
    queues = redrive.letters.queues() if args.all else [redrive.letters.named(args.queue)]
    for line in redrive.told(queues, each=args.each):
        print(line)
    if args.dry_run:
        redrive.release()
        return 0
    if args.forget:
        return _forgotten(redrive, already=args.yes)
    for line in redrive.replayed():
        print(line)
    return 0


def _choice(args: argparse.Namespace, now: datetime) -> Choice:
    since = moment(args.since, now) if args.since else None
    until = moment(args.until, now) if args.until else None
    return Choice(args.code, args.reason, args.id, since, until)


def _forgotten(redrive: Redrive, *, already: bool) -> int:
    """Asks, since nothing brings back what is deleted."""
    if not redrive.count or not confirmed(f"Effacer {plural(redrive.count, 'message')} ?", already=already):
        redrive.release()
        return 1 if redrive.count else 0
    redrive.forget()
    print(f"{plural(redrive.count, 'message effacé', 'messages effacés')}")
    return 0


def _starter(stage: str) -> Start:
    """By Lambda; the local system's own clock does the same within the minute."""
    if stage == LOCAL:
        return lambda _: None
    functions = client("lambda")
    return lambda name: functions.invoke(FunctionName=name, InvocationType="Event", Payload=TICK)


class Redrive:
    """The dead letters of some queues, read once; whatever is not asked for is visible again at once."""

    def __init__(self, letters: DeadLetters, start: Start, choice: Choice, now: datetime) -> None:
        self.letters = letters
        self._start = start
        self._choice = choice
        self._now = now
        self._held: dict[str, list[DeadLetter]] = {}

    @property
    def count(self) -> int:
        """How many are chosen."""
        return sum(map(len, self._held.values()))

    def told(self, queues: Sequence[str], *, each: bool = False) -> Iterator[str]:
        """Reads the queues; yields what waits in those that hold anything, and how many are empty."""
        for queue, found in zip(queues, self.letters.hold(queues), strict=True):
            self._held[queue] = [letter for letter in found if self._choice.takes(letter)]
            self.letters.release(queue, [letter for letter in found if not self._choice.takes(letter)])
        for queue, held in self._held.items():
            if held or len(queues) == 1:
                yield f"{queue} : {plural(len(held), 'message')}"
                yield from _lines(held) if each else _reasons(held, self._now)
        if len(queues) > 1:
            yield f"{plural(sum(not held for held in self._held.values()), 'file vide', 'files vides')}"

    def replayed(self) -> Iterator[str]:
        """Sends each one back where it came from; yields what to tell, queue by queue.

        Cut short, it leaves the others as they were.
        """
        try:
            with Progress("Messages rejoués", self.count) as progress:
                for queue, held in self._held.items():
                    yield from self._replayed(queue, held, progress)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Leaves everything as it was."""
        for queue, held in self._held.items():
            self.letters.release(queue, held)

    def forget(self) -> None:
        """Deletes what is chosen."""
        for queue, held in self._held.items():
            self.letters.forget(queue, held)

    def _replayed(self, queue: str, held: list[DeadLetter], progress: Progress) -> Iterator[str]:
        ticks = [letter for letter in held if letter.is_tick]
        if ticks:
            # A run does all that is due: one makes up for all that were missed.
            self._start(queue.removesuffix(DEAD))
            self.letters.forget(queue, ticks)
            yield f"  {queue} : fonction démarrée, {plural(len(ticks), 'passage manqué', 'passages manqués')}"
        others = [letter for letter in held if not letter.is_tick]
        origins = {letter: self.letters.origin(queue, letter) for letter in others}
        for origin in sorted({name for name in origins.values() if name}):
            back = [letter for letter in others if origins[letter] == origin]
            done = sum(progress.counted(self.letters.replay(queue, back, origin)))
            yield f"  {queue} : {plural(done, 'message rejoué', 'messages rejoués')}"
        stuck = [letter for letter in others if origins[letter] is None]
        self.letters.release(queue, stuck)
        if stuck:
            yield f"  {queue} : {plural(len(stuck), 'message')} d’un flux, à ne pas rejouer : docs/runbook.md, « dead »"


def _lines(held: Sequence[DeadLetter]) -> Iterator[str]:
    for letter in sorted(held, key=lambda letter: letter.buried_at):
        yield f"  {letter.id}  {short_instant(letter.buried_at)}  {letter.code}  {letter.reason}"
        yield from (f"      {name} = {value}" for name, value in letter.ids)


def _reasons(held: Sequence[DeadLetter], now: datetime) -> Iterator[str]:
    for (code, reason), count in Counter((letter.code, letter.reason) for letter in held).most_common():
        oldest = min(letter.buried_at for letter in held if (letter.code, letter.reason) == (code, reason))
        yield f"  {count} × {code} – {reason} (depuis {duration(now - oldest)})"
