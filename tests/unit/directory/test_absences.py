"""Absences and deputies in a territory's file: what is taken, what is refused, and what reaches the address book."""

from __future__ import annotations

from datetime import date

import pytest

from services.directory.applying import plan
from services.directory.store import DirectoryStore
from services.directory.territory_file import InvalidFile
from shared.tables import MemoryTable
from tests.unit.directory.territory_examples import accepted, applied

DEPUTY = """\
    subject: sub-alix
    deputy: bruno
    absences:
      - first: 2026-12-21
        last: 2027-01-03
  - id: bruno
    structure: maison
    name: Bruno Essai
    roles: [deputy]
    email: bruno@val.example
"""
AWAY = ("    subject: sub-alix\n", DEPUTY)


def test_an_absence_reaches_the_address_book() -> None:
    """Both days are included, and the deputy is named by id."""
    store = DirectoryStore(MemoryTable())
    applied(accepted(AWAY), store)
    directory = store.directory("val-de-test")
    assert directory is not None
    alix, bruno = directory.member("alix"), directory.member("bruno")
    assert alix is not None
    days = [date(2026, 12, 20), date(2026, 12, 21), date(2027, 1, 3), date(2027, 1, 4)]
    assert [directory.standing_in(alix, day) for day in days] == [alix, bruno, bruno, alix]


def test_an_absence_that_is_taken_back_is_shown_as_a_difference() -> None:
    """The operator reads the days before and after, and applying again changes nothing more."""
    store = DirectoryStore(MemoryTable())
    applied(accepted(AWAY), store)
    assert plan(accepted(AWAY), store).is_idle
    away_no_more = DEPUTY.replace("    absences:\n      - first: 2026-12-21\n        last: 2027-01-03\n", "")
    (difference,) = plan(accepted((AWAY[0], away_no_more)), store).differences.entries
    (change,) = difference.changes
    assert (change.name, change.before, change.after) == ("absent", "2026-12-21 – 2027-01-03", "∅")


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("deputy: bruno", "deputy: alix", "soi-même"),
        ("deputy: bruno", "deputy: chloe", "Aucun membre « chloe »"),
        ("deputy: bruno", "deputy: equipe", "« coordinator » ou « deputy »"),
        ("deputy: bruno", "deputy: Bruno E.", "l’`id` d’un membre"),
        ("roles: [agency]", "roles: [agency]\n    deputy: bruno", "« agency »"),
        ("last: 2027-01-03", "last: 2026-12-20", "finit avant de commencer"),
        ("last: 2027-01-03", "last: 3 janvier", "2026-12-21"),
        ("last: 2027-01-03", "last: 2026-02-30", "Jour illisible"),
        ("last: 2027-01-03", "until: 2027-01-03", "Clé inconnue"),
    ],
)
def test_each_refusal_says_what_to_do(old: str, new: str, remedy: str) -> None:
    """A deputy who could not act, or days that do not follow, are refused before anything is written."""
    with pytest.raises(InvalidFile, match=remedy):
        accepted(AWAY, (old, new))


def test_a_calendar_that_changes_is_dated() -> None:
    """The days of a territory that changes its subdivision are kept as they were."""
    changes = "  name: Val de Test\n  settings:\n    subdivision_changes:\n      - since: 2027-01-01\n        subdivision: 57\n"
    store = DirectoryStore(MemoryTable())
    applied(accepted(("  name: Val de Test\n", changes)), store)
    directory = store.directory("val-de-test")
    assert directory is not None
    settings = directory.territory.settings
    assert [settings.subdivision_on(date(year, 12, 26)) for year in (2026, 2027)] == ["", "57"]


@pytest.mark.parametrize("code", ["GES", "67", "987"])
def test_a_code_of_another_list_is_answered_by_the_right_one(code: str) -> None:
    """The refusal names the place and what to write."""
    with pytest.raises(InvalidFile, match=r"6AE|PF"):
        accepted(("  name: Val de Test\n", f"  name: Val de Test\n  settings:\n    subdivision: {code}\n"))
