"""A territory's settings and the reference, as the rules under which its inputs are scored."""

from __future__ import annotations

from services.matching.runs.gathering import Inputs
from services.matching.runs.reference import Reference
from services.matching.scoring.passerelles import EVERY_KIND, Kind, passerelle_table
from services.matching.scoring.rules import Rules, rules_of
from services.matching.scoring.sides import Run as Prepared
from services.matching.scoring.sides import run_of
from services.matching.scoring.terms import Terms, days
from services.matching.scoring.weights import Weights
from shared.settings import MatchingSettings


def weights_of(settings: MatchingSettings) -> Weights:
    """Thousandths, as the territory chose them."""
    return Weights(
        passerelle=settings.passerelle_weight,
        skills=settings.skills_weight,
        training=settings.training_weight,
        distance=settings.distance_weight,
        timing=settings.timing_weight,
        contract=settings.contract_weight,
        wage=settings.wage_weight,
    )


def rules_for(inputs: Inputs, reference: Reference, settings: MatchingSettings) -> Rules:
    """The passerelles that hold that day, of the kinds that the territory admits."""
    kinds = EVERY_KIND if settings.inferred else EVERY_KIND - {Kind.INFERRED}
    terms = Terms(
        passerelle_table(reference.tables, reference.declared, inputs.on, kinds),
        days(inputs.on),
        certificates=inputs.certificates,
        least_score=settings.least_points,
    )
    return rules_of(reference.tables, weights_of(settings), terms)


def prepared(inputs: Inputs, reference: Reference, settings: MatchingSettings) -> Prepared:
    """Both sides under these rules: what explanations are computed from too."""
    return run_of(inputs.sources, inputs.openings, rules_for(inputs, reference, settings))
