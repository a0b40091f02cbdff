"""Days off, open hours and quiet hours; the reference library is the oracle of the public holidays."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alerts.rules.calendar import calendar_of, easter, public_holidays
from services.alerts.rules.measuring import measures
from shared.settings import AlertSettings, Subdivision
from tests.unit.alerts.alert_examples import hours, paris

SNAPSHOT = json.loads((Path(__file__).parent / "public_holidays_2024_2035.json").read_text())
OVERSEAS = json.loads((Path(__file__).parent / "public_holidays_overseas_2024_2035.json").read_text())
"""What each adds to the days of the mainland."""
YEARS = range(2024, 2036)
CALENDAR = calendar_of(AlertSettings())


def listed(subdivision: str, year: int) -> list[str]:
    return sorted(day.isoformat() for day in public_holidays(year, subdivision))


@pytest.mark.parametrize("subdivision", list(SNAPSHOT))
def test_the_days_off_of_2024_to_2035_are_those_published(subdivision: str) -> None:
    """Mainland and Alsace-Moselle, day by day, against the committed list."""
    assert {str(year): listed(subdivision, year) for year in YEARS} == SNAPSHOT[subdivision]


@pytest.mark.parametrize("subdivision", list(OVERSEAS))
def test_what_each_overseas_territory_adds_is_what_is_published(subdivision: str) -> None:
    """Day by day, against the committed list; the mainland's eleven days hold everywhere."""
    for year in YEARS:
        added = set(listed(subdivision, year)) - set(listed("", year))
        assert sorted(added) == OVERSEAS[subdivision][str(year)]


def test_every_subdivision_has_its_list() -> None:
    """Nothing that a territory may choose is left unchecked."""
    assert {*SNAPSHOT, *OVERSEAS} == set(get_args(Subdivision))


@pytest.mark.parametrize("subdivision", get_args(Subdivision))
def test_the_days_off_are_those_of_the_reference_library(subdivision: str) -> None:
    """Every subdivision, 2024 to 2035: a law that changes shows here when the library follows it."""
    for year in YEARS:
        expected = holidays.country_holidays("FR", subdiv=subdivision or None, years=year)
        assert public_holidays(year, subdivision) == frozenset(expected)


def test_easter_falls_where_the_computus_says() -> None:
    """The earliest, the latest and an ordinary one."""
    assert [easter(year) for year in (2285, 2038, 2026)] == [date(2285, 3, 22), date(2038, 4, 25), date(2026, 4, 5)]


def test_alsace_and_moselle_have_two_days_more() -> None:
    """Good Friday and the 26th of December."""
    assert public_holidays(2026, "6AE") - public_holidays(2026) == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize("subdivision", ["67", "68", "GES"])
def test_the_reference_library_has_the_traps_that_the_refusal_speaks_of(subdivision: str) -> None:
    """It raises on Alsace's departments, and gives the Grand Est the mainland's days without a word."""
    if subdivision == "GES":
        with pytest.warns(DeprecationWarning, match="deprecated"):
            found = holidays.country_holidays("FR", subdiv="GES", years=2026)
        assert frozenset(found) == public_holidays(2026)
    else:
        with pytest.raises(NotImplementedError):
            holidays.country_holidays("FR", subdiv=subdivision, years=2026)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("GES", r"57 \(Moselle\), 6AE \(Alsace\), ou rien"),
        ("67", "l’Alsace s’écrit 6AE"),
        ("68", "l’Alsace s’écrit 6AE"),
        ("975", "PM"),
        ("988", "NC"),
        ("fr", "6AE"),
        (None, "6AE"),
    ],
)
def test_a_subdivision_that_would_be_silently_wrong_is_refused(code: str | None, told: str) -> None:
    """`GES` looks right and means the plain mainland: the refusal says what to write, and lists what is known."""
    with pytest.raises(ValidationError, match=told):
        AlertSettings.model_validate({"subdivision": code})


def test_a_territory_that_changes_subdivision_keeps_its_past() -> None:
    """Good Friday 2026 was worked, that of 2027 is not: the open hours of an old alert are counted as they were."""
    changes = [{"since": "2026-09-01", "subdivision": "57"}, {"since": "2030-01-01", "subdivision": ""}]
    calendar = calendar_of(AlertSettings.model_validate({"subdivision_changes": changes}))
    good_fridays = [easter(year) - timedelta(days=2) for year in (2026, 2027, 2029, 2030)]
    assert [calendar.is_worked(day) for day in good_fridays] == [True, False, False, True]
    eve, after = (calendar.at(good_fridays[1] + timedelta(days=away), 9) for away in (-1, 1))
    assert calendar.open_seconds(eve, after) == 9 * 3600


@pytest.mark.parametrize(
    "changes",
    [
        [{"since": "2030-01-01", "subdivision": "57"}, {"since": "2026-01-01", "subdivision": ""}],
        [{"since": "2026-01-01", "subdivision": "57"}, {"since": "2026-01-01", "subdivision": "6AE"}],
        [{"since": "2026-01-01", "subdivision": "GES"}],
        [{"since": "2026-02-30", "subdivision": "57"}],
    ],
    ids=["backwards", "twice", "unknown", "no such day"],
)
def test_changes_of_calendar_that_do_not_follow_are_refused(changes: list[dict[str, str]]) -> None:
    """Each begins after the one before, and names a calendar that is known."""
    with pytest.raises(ValidationError):
        AlertSettings.model_validate({"subdivision_changes": changes})


def test_settings_with_dated_changes_are_still_kept_by_value() -> None:
    """Two functions that read the same settings share one calendar."""
    changes = {"subdivision_changes": [{"since": "2026-09-01", "subdivision": "57"}]}
    assert calendar_of(AlertSettings.model_validate(changes)) is calendar_of(AlertSettings.model_validate(changes))


def test_reading_the_calendar_does_not_import_the_library() -> None:
    """The library costs a cold start half a second: nothing of the domain imports it."""
    script = "import sys, services.alerts.rules.decisions; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (paris(2026, 3, 28, 10), paris(2026, 3, 30, 11)),
        (paris(2026, 10, 24, 10), paris(2026, 10, 26, 9)),
        (paris(2026, 6, 2, 10), paris(2026, 6, 4, 10)),
    ],
    ids=["spring", "autumn", "ordinary"],
)
def test_48_hours_are_48_hours_on_the_nights_when_the_clocks_change(received: datetime, due: datetime) -> None:
    """The wall clock shows an hour more in spring and an hour less in autumn; the delay is the same."""
    deadline = CALENDAR.deadline(received, "elapsed", 48)
    assert deadline == due
    assert deadline - received == timedelta(hours=48)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (paris(2026, 6, 2, 10), paris(2026, 6, 2, 12), 2),
        (paris(2026, 6, 2, 7), paris(2026, 6, 2, 20), 9),
        (paris(2026, 6, 5, 17), paris(2026, 6, 8, 10), 2),
        (paris(2026, 5, 13, 17), paris(2026, 5, 15, 10), 2),
        (paris(2026, 3, 27, 9), paris(2026, 3, 30, 18), 18),
        (paris(2026, 6, 6, 9), paris(2026, 6, 7, 18), 0),
        (paris(2026, 6, 2, 12), paris(2026, 6, 2, 10), 0),
    ],
    ids=["morning", "whole day", "week-end", "Ascension", "spring", "days off", "backwards"],
)
def test_open_hours_skip_nights_days_off_and_holidays(start: datetime, end: datetime, expected: int) -> None:
    """9:00 to 18:00, Monday to Friday, without public holidays."""
    assert CALENDAR.open_seconds(start, end) == expected * 3600


def test_both_measures_are_always_given() -> None:
    """From Friday 17:00 to Monday 10:00: 65 elapsed hours, 2 open hours."""
    both = measures(paris(2026, 6, 5, 17), paris(2026, 6, 8, 10), CALENDAR)
    assert (both.elapsed_seconds, both.open_seconds) == (65 * 3600, 2 * 3600)


def test_business_hours_begin_at_the_next_opening() -> None:
    """An hour asked on a Saturday ends on Monday at 10:00; nine hours end at the very closing."""
    assert CALENDAR.deadline(paris(2026, 6, 6, 11), "business_hours", 1) == paris(2026, 6, 8, 10)
    assert CALENDAR.deadline(paris(2026, 6, 8, 7), "business_hours", 9) == paris(2026, 6, 8, 18)
    assert CALENDAR.deadline(paris(2026, 6, 8, 20), "business_hours", 1) == paris(2026, 6, 9, 10)


instants = st.integers(min_value=0, max_value=5 * 365 * 24 * 60).map(
    lambda minute: paris(2026, 1, 1) + timedelta(minutes=minute)
)


@given(instants, st.integers(min_value=1, max_value=100))
def test_a_business_deadline_is_that_many_open_hours_away(start: datetime, count: int) -> None:
    """Counting the open hours to the deadline gives back the hours that were asked."""
    deadline = CALENDAR.deadline(start, "business_hours", count)
    assert CALENDAR.open_seconds(start, deadline) == count * 3600
    assert deadline >= start + hours(count)


@given(instants)
def test_out_of_the_quiet_hours_both_ways(instant: datetime) -> None:
    """Earlier is the last minute before, later the first one after; neither is quiet, and a loud instant stays."""
    earlier, later = CALENDAR.no_later(instant), CALENDAR.no_sooner(instant)
    assert earlier <= instant <= later
    assert not CALENDAR.is_quiet(earlier)
    assert not CALENDAR.is_quiet(later)
    assert (earlier == instant == later) is not CALENDAR.is_quiet(instant)


@pytest.mark.parametrize(
    "wrong",
    [
        {"notice_hours": (24, 36, 44)},
        {"notice_hours": (36, 24, 48)},
        {"notice_hours": ()},
        {"ack_lapse_hours": 30},
        {"ack_chase_hours": (2, 40)},
        {"open_from_hour": 18, "open_to_hour": 9},
        {"quiet_from_hour": 17},
        {"pre_notice_hour": 22},
        {"open_days": ()},
        {"open_days": (4, 3)},
        {"alert_hours": 0},
    ],
)
def test_settings_that_contradict_themselves_are_refused(wrong: dict[str, object]) -> None:
    """Hours that do not follow one another, or a day that is not one, never reach an alert."""
    with pytest.raises(ValidationError):
        AlertSettings.model_validate(wrong)
