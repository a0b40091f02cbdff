"""What the benchmark of the register claims, at a size that a test has time for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import file_reading
from benchmarks.establishments import write_file
from benchmarks.importing import Works
from benchmarks.searching import KINDS, opened, sampled, searched
from benchmarks.visiting import visited
from services.visits.register.searching import READ_UNITS

ROWS = 400


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """A file, the same a month later, and how many rows differ."""
    folder = tmp_path_factory.mktemp("files")
    now, later = folder / "now.csv", folder / "later.csv"
    write_file(now, ROWS)
    return now, later, write_file(later, ROWS, changed=True)


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    """An empty register and its pipeline."""
    made = Works(tmp_path)
    yield made
    made.close()


def test_the_file_is_the_same_each_time(files: tuple[Path, Path, int], tmp_path: Path) -> None:
    """Whoever measures again measures the same rows."""
    write_file(tmp_path / "again.csv", ROWS)
    assert (tmp_path / "again.csv").read_bytes() == files[0].read_bytes()


def test_both_ways_of_reading_accept_the_same_rows(files: tuple[Path, Path, int]) -> None:
    """A comparison of two readers is fair when they reach the same verdicts."""
    assert file_reading.ours(files[0]) == file_reading.reference(files[0]) > ROWS * 0.9


def test_an_import_writes_what_changes_and_nothing_else(files: tuple[Path, Path, int], works: Works) -> None:
    """As many write units as changed rows: all of them first, none for the same file, then those that differ."""
    now, later, differ = files
    first, again, changed = (works.run(file, ROWS) for file in (now, now, later))
    assert (first.register_writes, again.register_writes, changed.register_writes) == (first.changes, 0, differ)
    assert first.changes > ROWS * 0.8
    assert again.index_writes == again.commune_writes == 0
    assert differ > 0


def test_a_visit_costs_the_same_to_whatever_enterprise(files: tuple[Path, Path, int], works: Works) -> None:
    """It is written by keys alone: nothing in it knows how many enterprises there are."""
    works.run(files[0], ROWS)
    visits = visited(works, sampled(works, 10))
    assert len({visit.write_units for visit in visits}) == 1
    assert 0 < visits[0].write_units < 20


def test_a_page_of_any_search_stays_within_its_bound(files: tuple[Path, Path, int], works: Works) -> None:
    """Read units of a page have a limit that does not know the size of the territory."""
    works.run(files[0], ROWS)
    sample = sampled(works, 20)
    pages = [page for kind in KINDS for page in searched(works, sample, kind)]
    assert 0 < max(page.read_units for page in pages) <= READ_UNITS
    assert {page.read_units for page in opened(works, sample)} == {1}
