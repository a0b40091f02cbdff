"""What `vigie passerelles` prints: how inferred passerelles fare on métiers that they were not learnt on."""

from __future__ import annotations

from collections.abc import Iterator

from services.matching.inferring.judging import BASELINES, Judged
from services.matching.inferring.ranking import KEPT

NAMES = {"inferred": "passerelles inférées", **BASELINES}


def told_judged(version: str, judged: Judged, parts: int) -> str:
    """The split, a line per ranker, what is kept at each rank, and probabilities said against found."""
    return "\n".join((*_split(version, judged, parts), *_recalls(judged), *_depths(judged), *_reliability(judged)))


def _split(version: str, judged: Judged, parts: int) -> Iterator[str]:
    draws = judged.parts // parts
    yield f"{version} : familles du ROME 3 entières, en {parts} parts cachées tour à tour, {draws} tirage(s),"
    yield f"{judged.origins // draws} métiers d’origine, tous les autres métiers candidats ; moyenne ± écart entre les parts."
    yield ""


def _recalls(judged: Judged) -> Iterator[str]:
    yield f"{'':<32}{'R@10':>14}{'R@10 autre domaine':>24}"
    for name, (mean, spread) in judged.recalls.items():
        yield f"{NAMES[name]:<32}{_figure(mean.whole, spread.whole):>14}{_figure(mean.across, spread.across):>24}"
    yield ""


def _figure(mean: float, spread: float) -> str:
    return f"{mean:.3f} ± {spread:.3f}"


def _depths(judged: Judged) -> Iterator[str]:
    yield f"{'Rangs gardés':<16}{'officielles trouvées':>22}{'officielles parmi gardées':>28}"
    for depth, (found, right) in judged.depths.items():
        yield f"{depth:<16}{found:>22.3f}{right:>28.3f}{'  ← gardés' if depth == KEPT else ''}"
    yield ""


def _reliability(judged: Judged) -> Iterator[str]:
    yield f"{'Probabilité dite':<20}{'paires':>10}{'dite':>9}{'constatée':>11}"
    for band in judged.reliability:
        yield f"{f'{band.least:g} à {band.most:g}':<20}{band.pairs:>10}{band.said:>9.3f}{band.found:>11.3f}"
