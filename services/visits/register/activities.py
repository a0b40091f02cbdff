"""What an activity code stands for: the 88 divisions of the NAF rév. 2 (INSEE), their longest titles shortened."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("naf_divisions.csv")
DIVISION_DIGITS = 2
KNOWN_NOMENCLATURE = "NAFRev2"


def division_of(naf: str | None, nomenclature: str | None = KNOWN_NOMENCLATURE) -> str:
    """The title of a code's division; empty for no code, or one of another nomenclature."""
    if not naf or nomenclature not in (None, KNOWN_NOMENCLATURE):
        return ""
    return divisions().get(naf[:DIVISION_DIGITS], "")


@lru_cache(maxsize=1)
def divisions() -> dict[str, str]:
    """The title of each division by its two digits, read with the first question."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {code: title for code, _, title in (line.partition(";") for line in lines)}
