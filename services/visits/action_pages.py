"""The pages of what is done to a visit: one form an act, and what they say when somebody was faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from services.visits.findings import Findings
from services.visits.form_fields import Fields, date_fields
from services.visits.hours import read_hour
from services.visits.lifecycle import STATES
from services.visits.site import VERSION, Site, expected_version
from services.visits.visibility import require_reads
from services.visits.visit import check_planned_on, check_visited_on
from services.visits.visit_actions import VisitAction, action_of, may_now
from services.visits.visit_history import history_since
from services.visits.wording import LINE_LENGTH
from shared.errors import Conflict, Invalid, NotFound
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.commands import OnVisit
    from services.visits.desk import Outcome, VisitDesk
    from services.visits.visit import Visit
    from shared.idempotency import Request
    from shared.identity import Caller

    Doing = Callable[[str, Any, Request, Caller, VisitDesk], Outcome]

WRONG = "Rien n’est encore enregistré : des informations sont à corriger."
REASON = "Dites pourquoi en quelques mots."


@dataclass(frozen=True)
class ActionPages:
    """The routes of every act but the report and its correction."""

    site: Site
    desk: VisitDesk

    def ask(self, visit_id: str, slug: str) -> Response[str]:
        """The form of one act, if it is possible now and to this person."""
        caller, action = self.site.caller(), action_of(slug)
        visit = self.seen(visit_id, caller)
        if not may_now(action.act, visit, caller):
            raise NotFound("Cette action n’est plus possible, ou pas à vous, dans l’état actuel de la visite.")
        first = date_fields("visited_on", min(visit.planned_on or visit.day, self.desk.today()))
        return self._form(visit, action, Form(first if action.act == "mark_done" else {}))

    def act(self, visit_id: str, slug: str) -> Response[str]:
        """Does it, then leads back to the visit."""
        caller, action = self.site.caller(), action_of(slug)
        fields = self.site.posted()
        visit = self.seen(visit_id, caller)
        try:
            command = self._command(action, fields)
            doing(action)(visit_id, command, self.site.request(fields, caller), caller, self.desk)
        except Invalid as error:
            return self._form(visit, action, self.site.again(fields, _beside(error)), 422)
        except Conflict as error:
            return self.conflict(visit_id, error, expected_version(fields), caller)
        return redirect(f"/visites/{visit_id}", flash=Flash(action.done))

    def conflict(self, visit_id: str, error: Conflict, version: int, caller: Caller) -> Response[str]:
        """What happened since the form was opened; nothing of what was sent is recorded."""
        from services.visits.reading import open_file  # noqa: PLC0415 - only when two people cross

        file = open_file(visit_id, caller, self.desk.store)
        directory = self.desk.book.directory(caller.territory_id)
        context = {
            "visit": file.visit,
            "state": STATES[file.visit.state],
            "message": error.message,
            "moments": history_since(file, version, directory),
        }
        return self.site.show("visits/conflict.html", context, 409)

    def seen(self, visit_id: str, caller: Caller) -> Visit:
        """The visit, if the caller follows it; raises NotFound."""
        visit = self.desk.store.visit(caller.territory_id, visit_id)
        require_reads(caller, visit, "follow_up")
        return visit

    def register(self) -> None:
        """Adds the routes; they come after every fixed address below a visit."""
        self.site.app.get("/visites/<visit_id>/<slug>")(self.ask)
        self.site.app.post("/visites/<visit_id>/<slug>")(self.act)

    def _form(self, visit: Visit, action: VisitAction, form: Form, status: int = 200) -> Response[str]:
        context = {
            "visit": visit,
            "action": action,
            "f": form,
            "key": self.site.key(form),
            "version": form.value(VERSION) or str(visit.version),
            "longest": LINE_LENGTH,
        }
        return self.site.show("visits/action.html", context, status)

    def _command(self, action: VisitAction, fields: Mapping[str, str]) -> OnVisit:
        """What was typed, as the command of this act; raises Invalid with a message for each field."""
        from services.visits import commands  # noqa: PLC0415 - with the first form that is sent

        findings = Findings(WRONG)
        form = Fields(fields, findings)
        said: dict[str, Any] = {"expected_version": expected_version(fields)}
        if action.motives:
            said["motive"] = form.choice("motive", action.motives, "Choisissez un motif.")
        if action.act == "mark_done":
            said["visited_on"] = form.day("visited_on", lambda day: check_visited_on(day, self.desk.today()))
        else:
            said["reason"] = form.line("reason", REASON)
        if action.act == "reschedule":
            said |= self._new_date(form)
        findings.conclude()
        kinds: Mapping[str, type[OnVisit]] = {
            "mark_done": commands.MarkDone,
            "reschedule": commands.RescheduleVisit,
            "decline": commands.DeclineVisit,
            "cancel": commands.CancelVisit,
        }
        return kinds.get(action.act, commands.ConcludeVisit).model_validate(said)

    def _new_date(self, form: Fields) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if form.dated("planned_on"):
            said["planned_on"] = form.day("planned_on", lambda day: check_planned_on(day, self.desk.today()))
        with form.findings.at("planned_at"):
            said["planned_at"] = read_hour(form.said("planned_at"))
        return said


def doing(action: VisitAction) -> Doing:
    """The use case of an act, loaded with the first form that is sent."""
    from services.visits import concluding, planning  # noqa: PLC0415 - see above

    use_cases: Mapping[str, Doing] = {
        "mark_done": planning.mark_done,
        "reschedule": planning.reschedule_visit,
        "decline": planning.decline_visit,
        "cancel": planning.cancel_visit,
        "refer": concluding.refer_visit,
        "close": concluding.close_visit,
    }
    return use_cases[action.act]


def _beside(error: Invalid) -> Invalid:
    """The same refusal with the names of fields instead of JSON pointers."""
    fields = {place.removeprefix("/"): message for place, message in error.fields.items()}
    return Invalid(error.message, code=error.code, fields=fields)
