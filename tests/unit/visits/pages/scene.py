"""A territory with an enterprise in its register and a visit that is planned: what the tests of pages start from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.visits.register.enterprise import Enterprise
from tests.unit.visits.territory import HERE, KEY, Answer, Territory, form

FORGES = "55208131766522"
PLAN = "/visites/planifier"
NEW = "/visites/nouvelle"


def registered(territory: Territory) -> None:
    """Puts an enterprise into the register."""
    forges = Enterprise(
        id=FORGES,
        territory_id=HERE,
        siret=FORGES,
        name="FORGES DU DOUBS",
        commune="Mandeure",
        postcode="25350",
        address="12 rue des Forges",
        insee="25367",
        naf="25.50A",
        naf_nomenclature="NAFRev2",
        source="sirene",
    )
    territory.desk.register.add(forges)


def planned(
    territory: Territory, *, day: int = 27, hour: str = "14 h 30", key: str = KEY, more: Mapping[str, str] | None = None
) -> str:
    """The id of a visit planned to it this month, by its form."""
    fields = {
        "idempotency_key": f"plan-{key}",
        "enterprise_id": FORGES,
        "planned_on-day": str(day),
        "planned_on-month": "11",
        "planned_on-year": "2026",
        "planned_at": hour,
    }
    sent = territory.post(PLAN, fields | dict(more or {}))
    assert sent.status == 303, sent.text
    return sent.headers["Location"].removeprefix("/visites/")


def short_form(**changes: str) -> dict[str, str]:
    """The visit form without an urgent need."""
    urgent = ("urgent", "post", "rome", "quantity", "contract", "place")
    kept = {name: value for name, value in form().items() if name not in urgent and not name.startswith("wanted_on")}
    return kept | changes


def reported(territory: Territory, **changes: str) -> str:
    """The id of a visit reported by its form."""
    sent = territory.post(NEW, short_form(**changes))
    assert sent.status == 303, refusals(sent)
    return sent.headers["Location"].removeprefix("/visites/")


def refusals(answer: Answer) -> dict[str, str]:
    """What the summary of a refused page says, by field."""
    return dict(re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', answer.text))


def typed(answer: Answer, name: str) -> str | None:
    """What a field of the page holds."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', answer.text)
    return found.group(1) if found else None


def filled(answer: Answer) -> Mapping[str, str]:
    """All that a form would post as it stands: texts, hidden fields, what is checked or selected, long texts."""
    text = answer.text.partition("<main")[2]
    inputs = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) | {"_": tag} for tag in re.findall(r"<input[^>]*>", text)]
    kept = [
        one
        for one in inputs
        if "name" in one and (one.get("type") not in ("radio", "checkbox") or " checked" in one["_"])
    ]
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', text)
    selects = re.findall(r'<select[^>]*name="([^"]+)".*?</select>', text, re.DOTALL)
    chosen = {
        name: next(
            iter(
                re.findall(r'value="([^"]*)" selected', text.partition(f'name="{name}"')[2].partition("</select>")[0])
            ),
            "",
        )
        for name in selects
    }
    return {one["name"]: one.get("value", "") for one in kept} | dict(areas) | chosen
