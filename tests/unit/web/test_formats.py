"""French formats: what people read, to the letter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web import formats

AT = datetime(2026, 11, 27, 13, 5, tzinfo=UTC)


def plain(text: str) -> str:
    """The text with ordinary spaces, to compare words."""
    return " ".join(text.split())


def test_instant_is_told_in_paris_with_the_day_name() -> None:
    """A person reads the local hour and the day's name."""
    assert plain(formats.instant(AT)) == "vendredi 27 novembre 2026 à 14 h 05"


def test_instant_follows_summer_time() -> None:
    """The same hour in UTC is an hour later on a summer clock."""
    assert plain(formats.clock(AT.replace(month=7))) == "15 h 05"


def test_short_instant_leaves_out_the_year() -> None:
    """Lists are short."""
    assert plain(formats.short_instant(AT)) == "ven. 27 nov. à 14 h 05"


def test_day_near_midnight_is_the_day_in_paris() -> None:
    """Half past eleven in the evening, UTC, is tomorrow in Paris; the first of a month is `1er`."""
    assert plain(formats.day(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))) == "mardi 1er décembre 2026"
    assert plain(formats.day(date(2026, 11, 30))) == "lundi 30 novembre 2026"


def test_an_instant_without_offset_is_refused() -> None:
    """A local time of nowhere is an error of ours, never guessed."""
    with pytest.raises(ValueError, match="no offset"):
        formats.day(datetime(2026, 11, 27, 13, 5))  # noqa: DTZ001 the naive instant is the point


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=30), "moins d’une minute"),
        (timedelta(minutes=45, seconds=59), "45 min"),
        (timedelta(hours=31, minutes=20), "31 h 20"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(hours=48), "48 h"),
        (timedelta(hours=-3), "3 h"),
        (timedelta(hours=72), "72 h"),
        (timedelta(days=5, hours=2), "5 j 2 h"),
        (timedelta(days=5), "5 j"),
    ],
)
def test_duration(span: timedelta, expected: str) -> None:
    """Up to three days in hours and minutes, beyond in days and hours, never rounded up."""
    assert plain(formats.duration(span)) == expected


def test_numbers_are_french() -> None:
    """Narrow spaces between thousands, a decimal comma, a true minus."""
    assert formats.number(1234567.5, 1) == "1\u202f234\u202f567,5"
    assert formats.number(-12) == "−12"
    assert formats.percent(0.1234) == "12\u202f%"


def test_plural_begins_at_two() -> None:
    """In French, zero and one and a half are singular."""
    assert [plain(formats.plural(count, "poste")) for count in (0, 1, 2)] == ["0 poste", "1 poste", "2 postes"]
    assert plain(formats.plural(3, "travail", "travaux")) == "3 travaux"


def test_listing_joins_as_one_speaks() -> None:
    """Commas, then `et`."""
    assert [formats.listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a et b",
        "a, b et c",
    ]


def test_identifiers_are_grouped() -> None:
    """A SIRET reads 3-3-3-5, a phone number two by two; what is neither is left alone."""
    assert plain(formats.siret("12345678900012")) == "123 456 789 00012"
    assert plain(formats.phone("+33612345678")) == "06 12 34 56 78"
    assert (formats.siret("123"), formats.phone("+4179")) == ("123", "+4179")


@given(st.integers(min_value=0, max_value=72 * 60))
def test_duration_loses_no_minute(minutes: int) -> None:
    """What is written, read back, is the same number of minutes."""
    words = plain(formats.duration(timedelta(minutes=minutes))).replace("moins d’une minute", "0 min")
    if words.endswith("min"):
        assert int(words.split()[0]) == minutes
    else:
        hours, _, rest = words.partition(" h")
        assert int(hours) * 60 + int(rest or 0) == minutes
