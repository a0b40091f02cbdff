"""Inferred passerelles on origins held out, against what the same table gives without learning."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.progress import Bar
from console.passerelles_text import told_judged
from services.matching.inferring.judging import PARTS, judge
from services.matching.reference.release import read_release

TARGET, TARGET_ACROSS = 0.36, 0.37


def main() -> bool:
    """Prints the figures; True when both targets are passed, or when there is no ROME to judge on."""
    folder = os.environ.get("VIGIE_ROME", "")
    if not folder:
        print("Passerelles inférées : non jugées, VIGIE_ROME ne dit pas où est le ROME.")
        return True
    start = time.process_time()
    release = read_release(Path(folder))
    judged = judge(release, PARTS, (0,), _watched)
    print(told_judged(release.name, judged, PARTS))
    mean, _ = judged.recalls["inferred"]
    print(
        f"\nCibles : R@10 > {TARGET}, autre domaine > {TARGET_ACROSS}. {time.process_time() - start:.0f} s de calcul."
    )
    return mean.whole > TARGET and mean.across > TARGET_ACROSS


def _watched(sizes: Sequence[int]) -> Iterable[int]:
    bar, done = Bar("passerelles", sum(sizes)), 0
    for size in sizes:
        done += size
        bar.at(done)
        yield size
    bar.close()
