"""The pages that show visits: one with all that the reader may know of it, and the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from services.visits.attaching import Cabinet, list_attachments
from services.visits.attachment import Attachment
from services.visits.hours import french_hour
from services.visits.lifecycle import STATES, WITH_REPORT, VisitState
from services.visits.reading import Criteria, open_file, visible_visits
from services.visits.site import Site
from services.visits.visibility import parts_read, sees_territory
from services.visits.visit import MODES
from services.visits.visit_actions import may_now, offered
from services.visits.visit_history import history, name_of
from shared.identity import Caller

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from services.visits.questionnaire.answers import AnswerGiven
    from services.visits.report import Report
    from services.visits.store import VisitFile

PER_PAGE = 20


@dataclass(frozen=True)
class Filter:
    """One of the tabs of the list."""

    name: str
    label: str
    states: tuple[VisitState, ...]
    empty: str


FILTERS: tuple[Filter, ...] = (
    Filter("a-venir", "À venir", ("planned", "rescheduled"), "Aucune visite n’est planifiée"),
    Filter("a-rendre", "À rendre", ("done",), "Aucun compte rendu n’est en attente"),
    Filter("rendues", "Rendues", WITH_REPORT, "Aucun compte rendu pour le moment"),
    Filter("toutes", "Toutes", (), "Aucune visite pour le moment"),
)
TONES: Mapping[VisitState, str] = {
    "planned": "info",
    "rescheduled": "watch",
    "done": "watch",
    "reported": "done",
    "referred": "done",
    "no_follow_up": "quiet",
    "declined": "quiet",
    "cancelled": "quiet",
}


@dataclass(frozen=True)
class VisitPages:
    """The routes that only show."""

    site: Site
    desk: VisitDesk
    cabinet: Cabinet

    def show(self, visit_id: str) -> Response[str]:
        """A visit: each part that the reader may know, and what they may do."""
        caller = self.site.reporter()
        file = open_file(visit_id, caller, self.desk.store)
        return self.site.show("visits/visit.html", self._file_context(file, caller))

    def list_visits(self) -> Response[str]:
        """The visits of one tab, of the caller's structure or of all."""
        caller = self.site.reporter()
        chosen = next((one for one in FILTERS if one.name == self.site.asked("etat")), FILTERS[-1])
        structure = self.site.asked("structure") if sees_territory(caller) else ""
        criteria = Criteria(states=chosen.states, structure_id=structure or None)
        shown = visible_visits(caller, self.desk.store, PER_PAGE, self.site.asked("cursor") or None, criteria)
        following = _url(chosen, structure, shown.cursor) if shown.cursor else ""
        context = {
            "visits": shown.visits,
            "next": following,
            "chosen": chosen,
            "tabs": [(one.label, _url(one, structure), one is chosen, None) for one in FILTERS],
            "structures": self._structures(caller),
            "structure": structure,
            "whose": "" if sees_territory(caller) else caller.membership.structure_name,
            **WORDS,
        }
        return self.site.show("visits/list.html", context)

    def register(self) -> None:
        """Adds the routes; the page of one visit comes after every fixed address below `/visites`."""
        self.site.app.get("/visites")(self.list_visits)
        self.site.app.get("/visites/<visit_id>")(self.show)

    def _file_context(self, file: VisitFile, caller: Caller) -> dict[str, Any]:
        visit, parts = file.visit, parts_read(caller, file.visit)
        directory = self.desk.book.directory(caller.territory_id)
        report = file.report
        return {
            "visit": visit,
            "report": report,
            "needs": sorted(file.needs, key=lambda need: need.recruitment is None),
            "hour": french_hour(visit.planned_at),
            "parts": parts,
            "shared_answers": _by_section(report, shared=True),
            "private_answers": _by_section(report, shared=False),
            "capteurs": [name_of(member_id, directory) for member_id in visit.capteurs],
            "moments": history(file, directory) if "follow_up" in parts else [],
            "actions": offered(visit, caller),
            "may_report": may_now("report", visit, caller),
            "may_correct": may_now("correct", visit, caller),
            "may_attach": "private" in parts,
            "attachments": self._attachments(visit.id, caller) if "follow_up" in parts else [],
            **WORDS,
        }

    def _attachments(self, visit_id: str, caller: Caller) -> list[Attachment]:
        return list_attachments(visit_id, caller, self.cabinet)

    def _structures(self, caller: Caller) -> list[tuple[str, str]]:
        """The structures that make visits, to choose from, for the coordination."""
        if not sees_territory(caller):
            return []
        directory = self.desk.book.directory(caller.territory_id)
        visiting = {member.structure_id for member in directory.having("capteur", "manager")}
        return [(one.id, one.name) for one in directory.structures if one.id in visiting]


WORDS: Mapping[str, Any] = {"modes": MODES, "states": STATES, "tones": TONES}
"""What every template that shows visits says them with."""


def _by_section(report: Report | None, *, shared: bool) -> list[tuple[str, list[AnswerGiven]]]:
    """The answers that the committee reads, or that it does not, in the order of the questionnaire."""
    answers = [answer for answer in report.answers if answer.shared is shared] if report else []
    return [(section, list(group)) for section, group in groupby(answers, key=lambda answer: answer.section)]


def _url(chosen: Filter, structure: str, cursor: str = "") -> str:
    asked = {"etat": chosen.name, "structure": structure, "cursor": cursor}
    return "/visites?" + urlencode({name: value for name, value in asked.items() if value})
