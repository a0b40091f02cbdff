"""Which dispositifs are open to somebody at a date: yes, no or not yet known, with what decided and its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from services.matching.reference.dispositifs.dispositif import Dispositif, Requirement
from services.matching.reference.dispositifs.facts import Fact, Value, known_fact


class Answer(Enum):
    """Of an eligibility."""

    ELIGIBLE = "éligible"
    NOT = "non éligible"
    UNKNOWN = "à préciser"


class Eligibility(NamedTuple):
    """An answer and what decided it."""

    dispositif: Dispositif
    answer: Answer
    because: str
    """The requirement that decided; in French."""
    source: str
    """The text that says so."""
    asks: tuple[Fact, ...] = ()
    """What is not known and would change the answer; empty unless it is UNKNOWN."""


def eligible(versions: Sequence[Dispositif], facts: Mapping[str, Value], on: date) -> Eligibility:
    """The answer of one dispositif, all of whose versions are given; raises Invalid for a fact that makes no sense."""
    for name, value in facts.items():
        known_fact(name).check(value)
    current = next((version for version in versions if version.valid_on(on)), None)
    return _decided(current, facts) if current else _out_of_date(versions, on)


def eligibilities(dispositifs: Iterable[Dispositif], facts: Mapping[str, Value], on: date) -> tuple[Eligibility, ...]:
    """The answer of each dispositif, by code."""
    versions: dict[str, list[Dispositif]] = {}
    for dispositif in dispositifs:
        versions.setdefault(dispositif.code, []).append(dispositif)
    return tuple(eligible(versions[code], facts, on) for code in sorted(versions))


def _decided(current: Dispositif, facts: Mapping[str, Value]) -> Eligibility:
    """The first requirement that fails decides, else the first one that is not known."""
    results = [(requirement, requirement.holds(facts)) for requirement in current.requirements]
    failed = next((requirement for requirement, holds in results if holds is False), None)
    if failed:
        return Eligibility(current, Answer.NOT, f"il manque : {failed.text}", _sources(failed))
    unsettled = [requirement for requirement, holds in results if holds is None]
    if unsettled:
        because = f"reste à savoir : {' ; '.join(requirement.text for requirement in unsettled)}"
        return Eligibility(current, Answer.UNKNOWN, because, _sources(unsettled[0]), _asked(unsettled, facts))
    because = "toutes les conditions sont réunies" if results else "ouvert à tous"
    return Eligibility(current, Answer.ELIGIBLE, because, current.legal_source)


def _asked(unsettled: Iterable[Requirement], facts: Mapping[str, Value]) -> tuple[Fact, ...]:
    """A requirement that is already met, or cannot be any more, asks for nothing."""
    asked = [condition.fact for requirement in unsettled for condition in requirement.conditions]
    return tuple(dict.fromkeys(fact for fact in asked if fact.name not in facts))


def _out_of_date(versions: Sequence[Dispositif], on: date) -> Eligibility:
    ended = [version for version in versions if version.valid_to and version.valid_to < on]
    if not ended:
        first = min(versions, key=lambda version: version.valid_from)
        return Eligibility(first, Answer.NOT, f"n’existe que depuis le {first.valid_from:%d/%m/%Y}", first.legal_source)
    last = max(ended, key=lambda version: version.valid_from)
    after = f", remplacé par « {last.successor} »" if last.successor else ""
    return Eligibility(last, Answer.NOT, f"n’existe plus depuis le {last.valid_to:%d/%m/%Y}{after}", last.legal_source)


def _sources(requirement: Requirement) -> str:
    return " ; ".join(dict.fromkeys(condition.source for condition in requirement.conditions))
