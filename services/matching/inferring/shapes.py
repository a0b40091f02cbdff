"""The table of weights: for each reading a line broken at a few values, whose points add up over the readings."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.matching.inferring.features import FEATURES
from services.matching.inferring.kernels import Matrix
from shared.errors import Invalid

COLUMNS = ("feature", "label", "unit", "value", "weight", "trained_on")
SHIPPED = Path(__file__).with_name("weights.csv")
OFFSET, SLOPE = "calibration_offset", "calibration_slope"
_SCALES = {
    OFFSET: "Probabilité : logit quand la part de l’origine vaut 1",
    SLOPE: "Probabilité : pente du logit sur le logarithme de la part",
}


@dataclass(frozen=True)
class Shape:
    """Points for a reading: straight between its values, level beyond the first and the last."""

    values: tuple[float, ...]
    points: tuple[float, ...]

    def of(self, reading: Matrix) -> NDArray[np.float64]:
        """The points of each pair."""
        return np.interp(reading, self.values, self.points)


@dataclass(frozen=True)
class Weights:
    """What passerelles are inferred with, by reading; `offset` and `slope` make a probability of a share."""

    shapes: Mapping[str, Shape]
    offset: float
    slope: float
    trained_on: str

    def score(self, found: Mapping[str, Matrix]) -> NDArray[np.float64]:
        """Points of each pair: a sum, one term per reading."""
        total = np.zeros(next(iter(found.values())).shape)
        for name, shape in self.shapes.items():
            total += shape.of(found[name])
        return total


def written(weights: Weights) -> str:
    """The table as CSV, in the order of the readings."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for feature in FEATURES:
        shape = weights.shapes[feature.name]
        for value, points in zip(shape.values, shape.points, strict=True):
            table.writerow((*feature, f"{value:g}", f"{points:g}", weights.trained_on))
    for name, number in ((OFFSET, weights.offset), (SLOPE, weights.slope)):
        table.writerow((name, _SCALES[name], "logit", "", f"{number:g}", weights.trained_on))
    return out.getvalue()


def parsed(text: str) -> Weights:
    """The weights of a table; raises Invalid when a reading is missing or a number is not one."""
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    origin = ""
    try:
        for row in csv.DictReader(io.StringIO(text)):
            lines[row["feature"]].append((float(row["value"] or 0), float(row["weight"])))
            origin = row["trained_on"]
        offset, slope = lines.pop(OFFSET)[0][1], lines.pop(SLOPE)[0][1]
        shapes = {feature.name: _shape(lines.pop(feature.name)) for feature in FEATURES}
    except (KeyError, ValueError) as error:
        raise Invalid(f"La table des poids des passerelles inférées est abîmée : {error}.") from error
    if lines:
        raise Invalid(f"La table des poids a des lectures inconnues : {', '.join(sorted(lines))}.")
    return Weights(shapes, offset, slope, origin)


def shipped() -> Weights:
    """The weights that come with the code."""
    return parsed(SHIPPED.read_text(encoding="utf-8"))


def _shape(line: list[tuple[float, float]]) -> Shape:
    values, points = zip(*line, strict=True)
    if list(values) != sorted(values):
        raise ValueError("valeurs en désordre")
    return Shape(values, points)
