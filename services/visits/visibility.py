"""Who reads which part of a visit: the one rule, for pages, lists and the API alike.

                      own structure   coordination      another structure    everybody else
    existence         always          always            consent and report   never
    shared            always          always            consent and report   never
    follow_up         always          always            never                never
    private           always          never             never                never

The own structure is its capteurs and managers (and a coordinator in a structure's own visits); the coordination is the
territory's coordinator and deputy; another structure is the territory's other capteurs and managers, for whom the
enterprise must have accepted it and the report be written. Another territory reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from services.visits.lifecycle import COORDINATION, REPORTERS
from services.visits.report import Report
from services.visits.store import VisitFile
from services.visits.visit import Visit
from shared.errors import NotFound
from shared.identity import Caller

Part = Literal["existence", "shared", "follow_up", "private"]
"""existence: that there was a visit, when, by which structure, to whom. shared: the shared text and answers, the needs.

follow_up: who went, whom they met, what was planned, put off and why, who corrected what, the shared attachments.
private: the private text and answers, the other attachments.
"""
Reader = Literal["own", "coordination", "peer", "none"]

_READS: Mapping[Reader, frozenset[Part]] = {
    "own": frozenset({"existence", "shared", "follow_up", "private"}),
    "coordination": frozenset({"existence", "shared", "follow_up"}),
    "peer": frozenset({"existence", "shared"}),
    "none": frozenset(),
}
HIDDEN = "Cette visite n’existe pas, ou vous n’y avez pas accès."


def parts_read(caller: Caller, visit: Visit) -> frozenset[Part]:
    """The parts that the caller reads of a visit."""
    return _READS[_reader(caller, visit)]


def reads(caller: Caller, visit: Visit, part: Part = "existence") -> bool:
    """Whether the caller reads this part."""
    return part in parts_read(caller, visit)


def sees_territory(caller: Caller) -> bool:
    """Whether the visits of every structure are open to the caller."""
    return caller.has(*COORDINATION)


def require_reads(caller: Caller, visit: Visit, part: Part = "existence") -> None:
    """Raises NotFound for what the caller does not read, as if it did not exist."""
    if not reads(caller, visit, part):
        raise NotFound(HIDDEN)


def visible(caller: Caller, file: VisitFile) -> VisitFile:
    """What the caller reads of a visit and of all that belongs to it; raises NotFound when that is nothing."""
    parts = parts_read(caller, file.visit)
    if not parts:
        raise NotFound(HIDDEN)
    reports = file.reports if "follow_up" in parts else file.reports[-1:]
    return replace(
        file,
        visit=visible_visit(caller, file.visit),
        needs=file.needs if "shared" in parts else (),
        reports=tuple(_report(report, parts) for report in reports),
        moves=file.moves if "follow_up" in parts else (),
    )


def visible_visit(caller: Caller, visit: Visit) -> Visit:
    """What the caller reads of a visit in a list; it must be one that they read at all."""
    if reads(caller, visit, "follow_up"):
        return visit
    return visit.model_copy(update=_WITHOUT_FOLLOW_UP)


_WITHOUT_FOLLOW_UP = {
    "member_id": "",
    "capteurs": (),
    "planned": False,
    "planned_on": None,
    "planned_at": None,
    "programme_id": None,
    "motive": None,
}


def _reader(caller: Caller, visit: Visit) -> Reader:
    if caller.territory_id != visit.territory_id:
        return "none"
    if caller.has(*REPORTERS) and caller.membership.structure_id == visit.structure_id:
        return "own"
    if sees_territory(caller):
        return "coordination"
    if caller.has("capteur", "manager") and visit.consent_to_share and visit.has_report:
        return "peer"
    return "none"


def _report(report: Report, parts: frozenset[Part]) -> Report:
    if "private" in parts:
        return report
    hidden: dict[str, object] = {
        "private_text": None,
        "answers": tuple(answer for answer in report.answers if answer.shared),
    }
    if "follow_up" not in parts:
        nobody = {"author": "", "reason": None, "occurred_at": None, "capteurs": (), "persons_met": ()}
        hidden |= nobody | {"needs_before": ()}
    return report.model_copy(update=hidden)
