"""How dates, durations, numbers and identifiers are written in French: pure functions, also Jinja filters.

Days and months stand here by hand: importing a locale library would cost each cold start more than this whole module.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from shared.clock import PARIS, to_text

SPACE = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
LONGEST_IN_HOURS = timedelta(hours=72)
"""Up to here a duration is told in hours, as the 48-hour rule is; beyond, in days."""


def _local(moment: date) -> date:
    """The day or instant as Paris sees it; raises ValueError on an instant without an offset."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"no offset: {moment!r}")
    return moment.astimezone(PARIS)


def _ordinal(number: int) -> str:
    return "1er" if number == 1 else str(number)


def day(moment: date) -> str:
    """`vendredi 27 novembre 2026`."""
    local = _local(moment)
    return f"{DAYS[local.weekday()]} {_ordinal(local.day)}{SPACE}{MONTHS[local.month - 1]} {local.year}"


def clock(moment: datetime) -> str:
    """`14 h 05`, in Paris."""
    local = moment.astimezone(PARIS)
    return f"{local.hour}{SPACE}h{SPACE}{local.minute:02}"


@lru_cache(maxsize=256)
def instant(moment: datetime) -> str:
    """`vendredi 27 novembre 2026 à 14 h 05`, in Paris."""
    return f"{day(moment)} à {clock(moment)}"


@lru_cache(maxsize=256)
def short_instant(moment: datetime) -> str:
    """`ven. 27 nov. à 14 h 05`, in Paris: for lists, where the year goes without saying."""
    local = _local(moment)
    number_and_month = f"{_ordinal(local.day)}{SPACE}{SHORT_MONTHS[local.month - 1]}"
    return f"{DAYS[local.weekday()][:3]}. {number_and_month} à {clock(moment)}"


def duration(span: timedelta) -> str:
    """`31 h 20`, `45 min`, `5 j 2 h`: whole minutes, rounded down, the sign dropped."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes < 1:
        return f"moins d’une{SPACE}minute"
    if abs(span) > LONGEST_IN_HOURS:
        return _two_units(minutes // 60, 24, "j", "h")
    return _two_units(minutes, 60, "h", "min", pad=True)


def _two_units(amount: int, per_unit: int, unit: str, rest_unit: str, *, pad: bool = False) -> str:
    whole, rest = divmod(amount, per_unit)
    if not whole:
        return f"{rest}{SPACE}{rest_unit}"
    if not rest:
        return f"{whole}{SPACE}{unit}"
    return f"{whole}{SPACE}{unit}{SPACE}{rest:02}" if pad else f"{whole}{SPACE}{unit}{SPACE}{rest}{SPACE}{rest_unit}"


def number(value: float, decimals: int = 0) -> str:
    """`1 234,5`: narrow no-break spaces between thousands, a decimal comma, a true minus."""
    return f"{value:,.{decimals}f}".translate({ord(","): THIN, ord("."): ",", ord("-"): "−"})


def percent(share: float, decimals: int = 0) -> str:
    """`12 %` for 0.12."""
    return f"{number(share * 100, decimals)}{THIN}%"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`3 postes`; in French, 0 and 1 are singular."""
    word = singular if abs(count) < 2 else several or f"{singular}s"  # noqa: PLR2004 the rule is "from two on"
    return f"{number(count)}{SPACE}{word}"


def listing(words: Sequence[str], last: str = "et") -> str:
    """`a, b et c`."""
    head, tail = list(words[:-1]), list(words[-1:])
    return f" {last} ".join(filter(None, [", ".join(head), *tail]))


def of(name: str) -> str:
    """`de Nadia`, `d’Olivier`: the elision before a vowel or an h, accents apart."""
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    return f"d’{name}" if first and first in "aeiouyhœæ" else f"de {name}"


def siret(digits: str) -> str:
    """`123 456 789 00012`; anything that is not 14 digits is given back untouched."""
    if len(digits) != 14 or not digits.isdecimal():  # noqa: PLR2004 a SIRET has 14 digits
        return digits
    return SPACE.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def phone(digits: str) -> str:
    """`06 12 34 56 78` for a French number in E.164; any other number is given back untouched."""
    national = f"0{digits[3:]}" if digits.startswith("+33") else digits
    if len(national) != 10 or not national.isdecimal():  # noqa: PLR2004 a French number has 10 digits
        return digits
    return SPACE.join(national[at : at + 2] for at in range(0, 10, 2))


def iso(moment: datetime) -> str:
    """What a machine reads in `<time datetime>`: ISO 8601, UTC."""
    return to_text(moment)


FILTERS: dict[str, Callable[..., str]] = {
    made.__name__: made
    for made in (clock, day, duration, instant, iso, listing, number, percent, phone, plural, short_instant, siret)
}
