"""The small reference that comes with the product, until an official release is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from services.matching.reference.commune_files import read_communes
from services.matching.reference.communes import Communes, communes_of
from services.matching.reference.lines import Cells, read_lines, whole
from services.matching.reference.naf import Naf, read_naf
from services.matching.reference.passerelles import Declared, read_declared
from services.matching.reference.release import Core, Item, Kind, Link, Mobility, Occupation, Release

T = TypeVar("T")
FOLDER = Path(__file__).parent / "demonstration"
OCCUPATIONS, MOBILITY, KNOW_HOW = "occupations.csv", "mobility.csv", "know_how.csv"
PASSERELLES, COMMUNES, NAF = "passerelles.csv", "communes.csv", "naf.csv"
CORE_MARK = "*"
LAST_RANK = 99


def demonstration() -> Release:
    """Some hundred métiers of the sectors that platforms speak of, with a few know-how of each."""
    rows = _read(KNOW_HOW, ("label", "group", "occupations"), _know_how)
    groups = sorted({group for _, group, _ in rows})
    return Release(
        version="demonstration",
        digest=sha256(b"".join(map(_content, (OCCUPATIONS, MOBILITY, KNOW_HOW)))).hexdigest(),
        occupations=_read(OCCUPATIONS, ("code", "title", "regulated", "family"), _occupation),
        items={
            _item(place): Item(_item(place), label, Kind.KNOW_HOW, _group(groups.index(group)))
            for place, (label, group, _) in enumerate(rows)
        },
        links=tuple(sorted(_link(code, place) for place, (_, _, codes) in enumerate(rows) for code in codes)),
        mobility=_read(MOBILITY, ("origin", "target", "order"), _mobility),
        macros={_group(place): label for place, label in enumerate(groups)},
        texts={},
        sectors=(),
        domains={},
        ignored={},
    )


def declared() -> tuple[Declared, ...]:
    """The declared passerelles of the demonstration, the examples of the platforms among them."""
    return read_declared(_content(PASSERELLES), PASSERELLES).whole()


def communes() -> Communes:
    """The communes of the demonstration's territory, at places rounded to a kilometre or so."""
    return communes_of(read_communes(_content(COMMUNES), COMMUNES))


def naf() -> Naf:
    """The activities of the demonstration."""
    return read_naf(_content(NAF), NAF)


def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _read(name: str, columns: Sequence[str], parse: Callable[[Cells], T]) -> tuple[T, ...]:
    return read_lines(_content(name), name, columns, parse).whole()


def _know_how(cells: Cells) -> tuple[str, str, list[str]]:
    return cells["label"], cells["group"], cells["occupations"].split()


def _occupation(cells: Cells) -> Occupation:
    return Occupation(cells["code"], cells["title"], cells["regulated"] == "oui", cells["family"])


def _mobility(cells: Cells) -> Mobility:
    return Mobility(cells["origin"], cells["target"], whole(cells["order"], "order", 1, LAST_RANK))


def _link(code: str, place: int) -> Link:
    return Link(code.rstrip(CORE_MARK), _item(place), Core.MAIN if code.endswith(CORE_MARK) else Core.NONE)


def _item(place: int) -> str:
    return f"D{place:03}"


def _group(place: int) -> str:
    return f"G{place:02}"
