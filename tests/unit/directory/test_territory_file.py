"""A territory's file: what is accepted as typed, and what is refused, where and with which remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from services.alerts.webhooks.addresses import read_target
from services.directory.contact_points import webhook_address
from services.directory.marked_yaml import Problem
from services.directory.territory_file import SECTIONS, InvalidFile, TerritoryFile, read_territory_file
from tests.unit.directory.territory_examples import FILE, accepted, changed

DEMONSTRATION = sorted(Path("demonstration").glob("*.yaml"))


def _problems(*replacements: tuple[str, str]) -> list[Problem]:
    with pytest.raises(InvalidFile) as refused:
        read_territory_file(changed(*replacements))
    return refused.value.problems


def _only(*replacements: tuple[str, str]) -> Problem:
    (problem,) = _problems(*replacements)
    return problem


def test_codes_that_look_like_numbers_stay_as_typed() -> None:
    """YAML would read 01004 as the octal number 516: an INSEE code keeps its digits."""
    assert accepted().territory.communes == ("01004", "2A004")


def test_phone_numbers_are_kept_in_international_form() -> None:
    """However a French number is typed, the carrier gets E.164."""
    assert accepted().partners[1].address == "+33612345678"


def test_settings_left_out_are_the_platforms_own() -> None:
    """A territory that chooses nothing has 48 elapsed hours."""
    assert accepted().territory.settings.alert_hours == 48


@pytest.mark.parametrize("path", DEMONSTRATION, ids=lambda path: path.stem)
def test_the_demonstration_is_accepted_where_nothing_leaves(path: Path) -> None:
    """Every demonstration file is sound."""
    assert read_territory_file(path.read_text(encoding="utf-8"), demonstration=True).members


@pytest.mark.parametrize("path", DEMONSTRATION, ids=lambda path: path.stem)
def test_the_demonstration_is_refused_in_a_deployed_stage(path: Path) -> None:
    """Numbers of fiction and webhooks on the loopback never enter an environment that writes to people."""
    with pytest.raises(InvalidFile):
        read_territory_file(path.read_text(encoding="utf-8"))


def test_a_mistake_is_told_with_its_line_and_column() -> None:
    """The operator can go straight to the place."""
    problem = _only(("email: alix@val.example", "email: alix@val"))
    assert (problem.line, problem.column, problem.path) == (17, 5, "members[1].email")


def test_every_mistake_is_told_at_once() -> None:
    """A wrong address, an unknown structure and an unknown role do not hide one another."""
    problems = _problems(
        ("equipe@agence.example", "equipe"), ("structure: maison", "structure: maisonn"), ("[agency]", "[agence]")
    )
    assert [problem.path for problem in problems] == ["members[1].structure", "members[2].roles[1]", "members[2].email"]


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("    name: Alix Essai", "    nom: Alix Essai\n    name: Alix", "retirez-la"),
        ("email: alix@", "emial: alix@", "« email »"),
        ("    kind: france-travail\n", "", "Cette clé manque"),
        ("id: maison\n", "id: Maison\n", "minuscules"),
        ("[01004, 2A004]", "[1004]", "cinq caractères"),
        ("channel: sms", "channel: fax", "email, sms ou webhook"),
        ("06 12 34 56 78", "03 84 12 34 56", "mobile français"),
        ("06 12 34 56 78", "06 39 98 00 01", "fiction"),
        ("06 12 34 56 78", "06 12", "n’existe pas"),
        ("06 12 34 56 78", "bonjour", "illisible"),
        ("https://opco.example/vigie", "http://opco.example/vigie", "« https:// »"),
        ("https://opco.example/vigie", "http://127.0.0.1:8600/x", "« https:// »"),
        ("https://opco.example/vigie", "https://10.0.0.1/x", "nom de domaine public"),
        ("https://opco.example/vigie", "https://u:p@opco.example/x", "identifiant"),
        ("https://opco.example/vigie", "https://[opco", "illisible"),
        ("https://opco.example/vigie", "https://opco.example:9000/vigie", "443 ou 8443"),
        ("https://opco.example/vigie", "https://opcoé.example/vigie", "accent"),
        ("https://opco.example/vigie", "https://opco.example/" + "v" * 500, "500 caractères"),
        ("email: alix@val.example", "email: élix@val.example", "mal formée"),
        ("  communes: [01004, 2A004]", "  settings: {alert_hour: 48}", "« alert_hours »"),
        ("kind: maison-emploi", "kind: maison-emploi\n    siret: 12345678901234", "clé de contrôle"),
        ("  communes: [01004, 2A004]", "  settings: {alert_hours: deux}", "nombre entier"),
        ("  communes: [01004, 2A004]", "  settings: {alert_hours: 24}", "l’échéance"),
        ("[coordinator]", "[coordinator, coordinator]", "deux fois"),
        ("[coordinator]", "coordinator", "liste"),
        ("  - id: mission\n", "  - id: opco\n", "Déjà donné ligne 25"),
        ("email: equipe@agence.example", "email: equipe@agence.example\n    subject: sub-alix", "Déjà donné"),
        (
            "channel: sms\n    address: 06 12 34 56 78",
            "channel: webhook\n    address: https://opco.example/vigie",
            "Déjà",
        ),
        ("    name: Mission locale", "    structure: nulle\n    name: Mission locale", "`structures`"),
        ("[coordinator]", "[deputy]", "« coordinator »"),
        ("[agency]", "[capteur]", "« agency »"),
        ("    email: equipe@agence.example\n", "    phone: 03 84 12 34 56\n", "« agency »"),
    ],
)
def test_each_refusal_says_what_to_do(old: str, new: str, remedy: str) -> None:
    """A message names the remedy, in French."""
    assert any(remedy in str(problem) for problem in _problems((old, new)))


@pytest.mark.parametrize("section", [*SECTIONS.values(), TerritoryFile])
def test_every_key_is_documented(section: type[BaseModel]) -> None:
    """Whoever writes a territory's file needs no source code."""
    page = Path("docs/directory.md").read_text(encoding="utf-8")
    assert [key for key in section.model_fields if f"| `{key}` |" not in page] == []


def test_a_coordinator_reached_by_text_alone_is_enough() -> None:
    """An e-mail address or a French mobile: one of them rings."""
    file = accepted(("email: alix@val.example", "phone: 06 12 34 56 79"))
    assert file.members[0].phone == "+33612345679"


def test_a_coordinator_with_a_landline_only_is_not_reachable() -> None:
    """A text cannot reach a landline, so the alert would ring nowhere."""
    assert "mobile français" in _only(("email: alix@val.example", "phone: 03 84 12 34 56")).message


def test_a_key_given_twice_is_refused_where_it_is_repeated() -> None:
    """YAML would silently keep the last one."""
    problem = _only(("    name: Alix Essai", "    name: Alix Essai\n    name: Alix Autre"))
    assert (problem.line, problem.path) == (16, "members[1].name")


def test_an_alias_is_refused_before_it_unfolds() -> None:
    """A few lines of aliases can stand for gigabytes."""
    problems = _problems(
        ("  - id: maison\n", "  - &one\n    id: maison\n"), ("  - id: agence\n", "  - *one\n  - id: agence\n")
    )
    assert any("alias" in problem.message for problem in problems)


@pytest.mark.parametrize(
    "text", ["", "- a\n", "bonjour", "territory:\n  id: [", "\x00", "a: !!python/object:os.system x"]
)
def test_what_is_no_territory_is_refused_in_words(text: str) -> None:
    """No file, however broken, ends in a traceback."""
    with pytest.raises(InvalidFile) as refused:
        read_territory_file(text)
    assert refused.value.problems


def test_a_file_too_long_is_refused_unread() -> None:
    """A million characters is no territory."""
    with pytest.raises(InvalidFile, match="million"):
        read_territory_file(FILE + "#" * 1_100_000)


def test_an_address_is_kept_as_it_travels() -> None:
    """A domain with an accent has a form of its own in DNS, the only one that every mail server takes."""
    file = accepted(("alix@val.example", "alix@hôpital.example"))
    assert file.members[0].email == "alix@xn--hpital-ixa.example"


@given(st.from_regex(r"https://[!-~éà]{1,40}(:[0-9]{1,5})?(/[ -~]{0,20})?", fullmatch=True))
def test_a_webhook_that_the_file_accepts_is_one_that_offers_leave_for(address: str) -> None:
    """The mistake is told to who applies the file, not found when the first offer is dead."""
    try:
        accepted_address = webhook_address(address)
    except ValueError:
        return
    read_target(accepted_address)
