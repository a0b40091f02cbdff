"""The committee's decisions, checked against each other and against what there is to share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from services.matching.assigning.pairs import Integers, Pair
from services.matching.assigning.terms import Frozen, Mode, Terms
from shared.errors import Invalid


class Contradiction(Invalid):
    """Decisions that cannot hold together; `fields` names each pair with what stands against it."""

    code = "decisions-contradictoires"


def frozen_people(terms: Terms, where: Integers, supply: Integers, demand: Integers, pairs: int) -> Integers:
    """How many people each of the admissible pairs must receive.

    `where` is the position of each frozen pair, -1 where it is not admissible. Raises `Contradiction`, which names pairs
    and capacities, unless all decisions can be served at once.
    """
    refusals = dict(_refusals(terms, where, supply, demand))
    if refusals:
        pair, reason = next(iter(refusals.items()))
        raise Contradiction(f"{pair} : {reason}", fields=refusals)
    least = np.zeros(pairs, dtype=np.int64)
    least[where] = [_people(one, terms) for one in terms.frozen]
    return least


def _people(one: Frozen, terms: Terms) -> int:
    return 1 if terms.mode is Mode.SHORTLIST else one.people


def _refusals(terms: Terms, where: Integers, supply: Integers, demand: Integers) -> Iterator[tuple[str, str]]:
    """Each decision that cannot be served, with its first reason, in the order of the decisions."""
    so_far = _SoFar("propositions" if terms.mode is Mode.SHORTLIST else "personnes", frozenset(terms.vetoes))
    for one, position in zip(terms.frozen, where, strict=True):
        reason = so_far.refused_alone(one, admissible=position >= 0) or so_far.refused_together(
            one.pair, _people(one, terms), int(supply[one.source]), int(demand[one.opening])
        )
        if reason:
            yield str(one), reason


@dataclass
class _SoFar:
    """What the decisions read so far ask of each end."""

    unit: str
    vetoes: frozenset[Pair]
    decided: set[Pair] = field(default_factory=set)
    leaving: Counter[int] = field(default_factory=Counter)
    entering: Counter[int] = field(default_factory=Counter)

    def refused_alone(self, one: Frozen, *, admissible: bool) -> str:
        """Why this decision cannot stand, whatever the capacities."""
        if one.people < 1:
            return f"{one.people} personne décidée, il en faut au moins une."
        if one.pair in self.vetoes:
            return "ce rapprochement est à la fois décidé et écarté par le comité."
        if one.pair in self.decided:
            return "ce rapprochement est décidé deux fois."
        return "" if admissible else "ce rapprochement n’est pas admissible, il ne peut pas être décidé."

    def refused_together(self, pair: Pair, people: int, supply: int, demand: int) -> str:
        """Counts this decision in; says which end it asks too much of, with all that was decided before it."""
        self.decided.add(pair)
        self.leaving[pair.source] += people
        self.entering[pair.opening] += people
        if self.leaving[pair.source] > supply:
            return f"{self.leaving[pair.source]} {self.unit} au total pour ce groupe, dont la capacité est de {supply}."
        if self.entering[pair.opening] > demand:
            return f"{self.entering[pair.opening]} {self.unit} au total pour cette offre, dont la capacité est de {demand}."
        return ""
