"""Communes and activities, as files give them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from services.matching.reference.commune_files import placed, read_communes
from services.matching.reference.communes import (
    NOWHERE,
    Communes,
    communes_of,
    distances,
    dump_communes,
    load_communes,
)
from services.matching.reference.naf import dump_naf, load_naf, read_naf
from services.matching.reference.shipped import communes as shipped
from shared.errors import Invalid, Unreadable

CSV = """code;nom;population;latitude;longitude;voisines
90010;Belfort;45912;47,64;6.86;90032
90032;Danjoutin;3519;47.62;6,86;90999
25388;Montbéliard;24672;;;
"""


def read(text: str = CSV) -> Communes:
    return communes_of(read_communes(text.encode(), "communes.csv"))


def test_a_csv_gives_names_places_and_neighbours() -> None:
    """Degrees with a comma or a point; neighbours both ways, those elsewhere left out; no place is no place."""
    communes = read()
    belfort, danjoutin, montbeliard = (communes.find(code) for code in ("90010", "90032", "25388"))
    assert (belfort, danjoutin, montbeliard) == (1, 2, 0)
    assert communes.names == ("Montbéliard", "Belfort", "Danjoutin")
    assert communes.latitude.tolist() == [NOWHERE, 47_640_000, 47_620_000]
    assert communes.neighbours(1).tolist() == [2]
    assert communes.neighbours(2).tolist() == [1]
    assert communes.find("75056") is None


def test_what_lies_within_a_distance_is_what_is_measured() -> None:
    """For every commune of the demonstration and several radii, as if each pair were measured."""
    communes = shipped()
    for metres in (0, 3_000, 15_000, 80_000):
        for place in range(len(communes)):
            here = int(communes.latitude[place]), int(communes.longitude[place])
            measured = distances(*here, communes.latitude, communes.longitude)
            assert communes.within(place, metres).tolist() == np.flatnonzero(measured <= metres).tolist()


def test_who_is_nowhere_is_near_nobody() -> None:
    """Neither from there nor to there."""
    communes = read()
    assert communes.within(0, 50_000).tolist() == []
    assert communes.within(1, 50_000).tolist() == [1, 2]


def test_a_distance_is_right() -> None:
    """A degree of latitude is 111.2 km; the antimeridian and the poles do no harm."""
    one = distances(0, 0, np.array([1_000_000], dtype=np.int32), np.array([0], dtype=np.int32))
    assert one.tolist() == [111_195]
    around = distances(0, 179_500_000, np.array([0], dtype=np.int32), np.array([-179_500_000], dtype=np.int32))
    assert around.tolist() == [111_195]
    poles = distances(90_000_000, 0, np.array([-90_000_000], dtype=np.int32), np.array([7], dtype=np.int32))
    assert 20_000_000 < int(poles[0]) < 20_040_000


def test_the_json_of_the_administrative_division_is_read() -> None:
    """Communes and arrondissements of today; what has merged is left out."""
    told = [
        {"code": "90010", "nom": "Belfort", "type": "commune-actuelle", "population": 45912},
        {"code": "75101", "nom": "Paris 1er", "type": "arrondissement-municipal", "population": 15475},
        {"code": "90068", "nom": "Meroux", "type": "commune-deleguee"},
    ]
    found = read_communes(json.dumps(told).encode(), "communes.json")
    assert [one.code for one in found] == ["90010", "75101"]


def test_places_come_from_another_file() -> None:
    """Only for the communes that it names."""
    found = placed(read_communes(CSV.encode(), "a"), b"code,latitude,longitude\n25388,47.51,6.8\n99999,1,1\n", "b")
    assert [one.latitude for one in found] == [47_640_000, 47_620_000, 47_510_000]
    assert found[0].neighbours == ("90032",)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("90010;B", "9001;B"), "code INSEE"),
        (("45912", "-1"), "population"),
        (("47,64", "147,64"), "latitude"),
        (("47,64", "NaN"), "latitude"),
        (("6.86", ""), "longitude"),
        (("Belfort", ""), "nom : à remplir"),
    ],
)
def test_a_wrong_commune_is_refused(changed: tuple[str, str], told: str) -> None:
    """With its line."""
    with pytest.raises(Invalid, match=f"(?s)ligne 2 : .*{told}"):
        read(CSV.replace(*changed, 1))


@pytest.mark.parametrize("text", ["[1]", '[{"code": "90010"}]', "code;nom;population\n", "[{]"])
def test_what_is_no_file_of_communes_is_refused(text: str) -> None:
    """Another JSON, or nothing in it."""
    with pytest.raises(Invalid):
        read(text)


def test_communes_come_back_as_they_were() -> None:
    """The same communes give the same bytes; anything else is refused."""
    content = dump_communes(shipped())
    back = load_communes(content)
    assert back.names == shipped().names
    assert back.neighbours(3).tolist() == shipped().neighbours(3).tolist()
    assert dump_communes(back) == content
    for other in (b"", content[:99]):
        with pytest.raises(Unreadable):
            load_communes(other)


def test_activities_have_labels() -> None:
    """With or without the point, from a CSV or from the JSON by code."""
    naf = read_naf("Code;Libellé\n29.10Z;Automobiles\n26.52Z;Horlogerie\n".encode(), "naf.csv")
    assert (naf.label("2910z"), naf.label("01.11Z")) == ("Automobiles", None)
    told = {"26.52Z": {"description": "Horlogerie "}, "26": {"description": "Produits"}}
    assert read_naf(json.dumps(told).encode(), "db").labels == {"26.52Z": "Horlogerie"}
    assert load_naf(dump_naf(naf)) == naf


@pytest.mark.parametrize("text", ["code;libellé\n", "code;libellé\nA;B\n", '{"26.52Z": 1}', "{"])
def test_what_is_no_classification_is_refused(text: str) -> None:
    """Nothing, a code that is none, another JSON."""
    with pytest.raises(Invalid):
        read_naf(text.encode(), "naf.csv")
    with pytest.raises(Unreadable):
        load_naf(b"[]")
