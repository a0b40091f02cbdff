"""Proposals become suggested matches, one a pair at a time; what people have taken further is left as they have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from services.matching.jobs.job import JobAtRisk, Opening
from services.matching.matches.match import ENDED, Match, Mode
from services.matching.runs.deciding import Ids
from services.matching.runs.gathering import Inputs
from services.matching.runs.proposing import Proposal
from shared.clock import day_in_paris
from shared.ids import derived_id

RETRAINING_HOURS = 150
"""From so many hours of training on, a passerelle is a reconversion: the least that the période de reconversion asks for."""
SHORTLIST = "shortlist-"
"""How the run id of a job's own list begins: the nightly run leaves these to expire by themselves."""
_UNTOUCHED = frozenset({"suggested", "expired"})


def shortlist_id(job_id: str) -> str:
    """The run that a new job's list stands under: the same when its event comes twice."""
    return f"{SHORTLIST}{job_id}"


@dataclass(frozen=True)
class Standing:
    """A territory's matches, as far as they bear on what is proposed next."""

    matches: tuple[Match, ...]

    @cached_property
    def suggested(self) -> Mapping[Ids, Match]:
        """What nobody has said anything of yet."""
        return {ids_of(match): match for match in self.matches if match.state == "suggested"}

    @cached_property
    def followed(self) -> tuple[Match, ...]:
        """What people have taken further, to its end or not yet."""
        return tuple(match for match in self.matches if match.state not in _UNTOUCHED)

    @property
    def vetoes(self) -> frozenset[Ids]:
        """Pairs that people have answered to: they are not proposed again, whatever the answer."""
        return frozenset(map(ids_of, self.followed))

    @cached_property
    def taken(self) -> Counter[str]:
        """By job, people of followed matches that have not failed: they are proposed nowhere else."""
        taken: Counter[str] = Counter()
        for match in self.followed:
            if match.state not in {"declined", "broken"}:
                people = match.people if match.people_moved is None else match.people_moved
                taken.update({match.job_id: people, match.opening_id: people})
        return taken

    @cached_property
    def crowd(self) -> Counter[str]:
        """By job, proposals that are still open."""
        alive = [match for match in self.matches if match.state not in ENDED]
        return Counter(job for match in alive for job in ids_of(match))

    @cached_property
    def earlier(self) -> Counter[Ids]:
        """By pair, matches that have ended."""
        return Counter(ids_of(match) for match in self.matches if match.state in ENDED)


def ids_of(match: Match) -> Ids:
    return Ids(match.job_id, match.opening_id)


@dataclass(frozen=True)
class Suggesting:
    """Makes matches of one run's proposals."""

    run_id: str
    reference: str
    inputs: Inputs
    standing: Standing
    answer_days: int
    now: datetime

    def fresh(self, found: Iterable[Proposal]) -> list[Match]:
        """New matches, for pairs that have none alive."""
        return [self._match(one) for one in found if Ids(one.job_id, one.opening_id) not in self.standing.suggested]

    def renewed(self, found: Iterable[Proposal]) -> list[Match]:
        """Suggested matches whose people or points are no longer the same, one version on."""
        both = [(self.standing.suggested.get(Ids(one.job_id, one.opening_id)), self._match(one)) for one in found]
        return [_renewed(old, new) for old, new in both if old is not None and _says_otherwise(old, new)]

    def outdated(self, found: Iterable[Proposal]) -> list[Match]:
        """Suggested matches that the run does not propose: those of earlier runs, and those whose jobs cannot be matched."""
        proposed = {Ids(one.job_id, one.opening_id) for one in found}
        return [
            match
            for pair, match in self.standing.suggested.items()
            if pair not in proposed and not (match.run_id.startswith(SHORTLIST) and self._is_open(pair))
        ]

    def _is_open(self, pair: Ids) -> bool:
        return pair.job_id in self.inputs.source_at and pair.opening_id in self.inputs.opening_at

    def _match(self, one: Proposal) -> Match:
        job, opening = self.inputs.at_risk[one.job_id], self.inputs.to_fill[one.opening_id]
        return Match(
            id=match_id(one, self.standing),
            territory_id=job.territory_id,
            version=1,
            job_id=one.job_id,
            opening_id=one.opening_id,
            job_structure_id=job.structure_id,
            opening_structure_id=opening.structure_id,
            mode=mode_of(job, opening, one),
            people=one.people,
            score=one.score,
            components=one.components,
            passerelle=one.passerelle,
            origin_rome=job.rome,
            origin_label=job.rome_label,
            target_rome=opening.rome,
            target_label=opening.rome_label,
            run_id=self.run_id,
            reference=self.reference,
            suggested_at=self.now,
            expires_on=day_in_paris(self.now) + timedelta(days=self.answer_days),
        )


def match_id(one: Proposal, standing: Standing) -> str:
    """The same whichever run or list proposes the pair, until its match has ended: nothing can write a twin."""
    earlier = standing.earlier[Ids(one.job_id, one.opening_id)]
    return derived_id("match", one.job_id, one.opening_id, str(earlier))


def mode_of(job: JobAtRisk, opening: Opening, one: Proposal) -> Mode:
    """The way that comes first to mind; both sides may agree on another."""
    if job.cause == "temporary":
        return "loan"
    if job.rome == opening.rome:
        return "hire"
    return "reconversion" if one.hours >= RETRAINING_HOURS else "passerelle"


_SAID = ("people", "score", "components", "mode", "passerelle", "reference")


def _says_otherwise(old: Match, new: Match) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _SAID)


def _renewed(old: Match, new: Match) -> Match:
    """Its id, its first day and its last one stay."""
    changes = {name: getattr(new, name) for name in (*_SAID, "run_id")}
    return old.model_copy(update={**changes, "version": old.version + 1})
