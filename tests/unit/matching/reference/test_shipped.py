"""The reference that comes with the product."""

from __future__ import annotations

import csv
import time
from datetime import date
from pathlib import Path

from services.matching.reference.communes import NOWHERE
from services.matching.reference.release import Core, Release
from services.matching.reference.shipped import communes, declared, demonstration, naf
from services.matching.reference.tables import dump, load, tables_of

VISITS = Path(__file__).parents[4] / "services" / "visits" / "occupations.csv"


def test_it_holds_together() -> None:
    """60 to 100 métiers, each with know-how at its heart; every link, pair and declared passerelle names one."""
    release = demonstration()
    codes = {one.code for one in release.occupations}
    assert 60 <= len(codes) <= 100
    assert {link.rome for link in release.links if link.core is Core.MAIN} == codes
    assert {link.ogr for link in release.links} == set(release.items)
    assert codes.issuperset(code for pair in release.mobility for code in pair[:2])
    assert codes.issuperset(code for one in declared() for code in (one.origin, one.target))


def test_it_names_metiers_as_the_visits_do() -> None:
    """A code that both know has one title."""
    with VISITS.open(encoding="utf-8", newline="") as file:
        titles = {row["code"]: row["title"] for row in csv.DictReader(line for line in file if line[0] != "#")}
    shared = [one for one in demonstration().occupations if one.code in titles]
    assert len(shared) > 80
    assert {one.code: one.title for one in shared} == {one.code: titles[one.code] for one in shared}


def test_it_has_the_passerelles_that_platforms_speak_of() -> None:
    """From the car to watches, from cleaning to care, from the table to the driving school."""
    pairs = {(one.origin, one.target) for one in declared() if one.holds_on(date(2026, 11, 22))}
    assert {("H2909", "B1604"), ("K2204", "J1501"), ("G1803", "K2110")} <= pairs


def test_it_is_small_and_quick() -> None:
    """A few kilobytes, loaded within 50 ms of processor."""
    content = dump(tables_of(demonstration()))
    start = time.process_time()
    load(content)
    assert time.process_time() - start < 0.05
    assert len(content) < 50_000


def test_its_territory_is_placed() -> None:
    """Every commune of the demonstration has coordinates and a neighbour, and activities have labels."""
    there = communes()
    assert (there.latitude != NOWHERE).all()
    assert all(len(there.neighbours(place)) for place in range(len(there)))
    assert naf().label("2910Z") == "Construction de véhicules automobiles"


def test_it_agrees_with_the_official_release(official: Release) -> None:
    """Titles, regulated métiers, families and ranks are those of the ROME; no official pair is made up."""
    shipped = demonstration()
    assert set(shipped.occupations) <= set(official.occupations)
    assert set(shipped.mobility) <= set(official.mobility)
