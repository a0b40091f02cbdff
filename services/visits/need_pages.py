"""The pages of needs: what waits in the territory, and what was done about one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from aws_lambda_powertools.event_handler import Response

from services.visits.form_fields import date_fields
from services.visits.lifecycle import COORDINATION
from services.visits.need_reading import open_need, visible_needs
from services.visits.need_state import ACTION_KINDS, CLOSED, LISTS, OPEN, STATES, NeedState, standing
from services.visits.need_store import NeedFile, NeedKey, NeedPage, NeedShelf
from services.visits.need_subjects import THEMES, Theme
from services.visits.site import Site
from services.visits.wording import TEXT_LENGTH
from shared.errors import Invalid
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.visits.need_recording import ActionRecorded
    from services.visits.need_store import NeedStore
    from shared.identity import Caller

LIST = "/visites/besoins"
ONE = "/visites/<visit_id>/besoins/<need_id>"
PER_PAGE = 20
RECORDED = "La suite est enregistrée : le besoin est « {} »."
SPENT = "Ce formulaire a déjà servi : regardez les suites données avant d’en ajouter une."
SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
KINDS = tuple((kind, label) for kind, label in ACTION_KINDS.items() if kind != "withdrawn")


@dataclass(frozen=True)
class NeedPages:
    """The routes; what records is loaded when somebody records."""

    site: Site
    store: NeedStore

    def register(self) -> None:
        app = self.site.app
        app.get(LIST)(self.list_needs)
        app.get(ONE)(self.show)
        app.post(ONE)(self.record)

    def list_needs(self) -> Response[str]:
        """All that is open, state by state; or one state, page by page. Of one theme, or of all."""
        caller = self.site.reporter()
        state, theme = _known(self.site.asked("etat"), NeedState), _known(self.site.asked("theme"), Theme)
        cursor = self.site.asked("cursor") or None
        shelves = [NeedShelf(one, theme) for one in ((state,) if state else OPEN)]
        pages = [
            (shelf, visible_needs(caller, self.store, shelf, PER_PAGE, cursor if state else None)) for shelf in shelves
        ]
        context = {
            "f": Form({"theme": theme or "", "etat": state or ""}),
            "groups": [(LISTS[shelf.state], page.needs, _next(shelf, page, state)) for shelf, page in pages],
            "tabs": _tabs(state, theme),
            "state": state or "",
            "themes": THEMES.items(),
            "whose": "" if caller.has(*COORDINATION) else caller.membership.structure_name,
        }
        return self.site.show("needs/list.html", context)

    def show(self, visit_id: str, need_id: str) -> Response[str]:
        file = open_need(NeedKey(visit_id, need_id), self.site.reporter(), self.store)
        return self._page(file, Form(date_fields("acted_on", self.site.today())))

    def record(self, visit_id: str, need_id: str) -> Response[str]:
        caller, fields = self.site.reporter(), self.site.posted()
        file = open_need(NeedKey(visit_id, need_id), caller, self.store)
        try:
            recorded = self._record(file, fields, caller)
        except Invalid as error:
            spent = error.code in SPENT_KEYS
            form = Form(fields, message=SPENT) if spent else Form.from_error(fields, error)
            return self._page(file, form, 422)
        return redirect(_path(file), flash=Flash(RECORDED.format(STATES[recorded.state])))

    def _record(self, file: NeedFile, fields: Mapping[str, str], caller: Caller) -> ActionRecorded:
        from services.visits.need_action_form import beside, read_action  # noqa: PLC0415 - most requests record nothing
        from services.visits.need_recording import NeedRecorder, record_need_action  # noqa: PLC0415 - likewise

        need = file.need
        recorder = NeedRecorder(self.store, self.site.clock, self.site.new_id)
        with beside():
            command = read_action(fields)
            request = self.site.request(fields, caller)
            return record_need_action(NeedKey(need.visit_id, need.id), command, request, caller, recorder)

    def _page(self, file: NeedFile, form: Form, status: int = 200) -> Response[str]:
        mistakes = [
            (action.id, f"{action.kind_label} ({action.acted_on:%d/%m/%Y})") for action in standing(file.actions)
        ]
        context = {
            "f": form,
            "key": self.site.new_id(self.site.now()),
            "need": file.need,
            "moments": [*map(_moment, reversed(file.actions))],
            "kinds": KINDS,
            "mistakes": mistakes,
            "longest": TEXT_LENGTH,
        }
        return self.site.show("needs/need.html", context, status)


def _moment(action: Any) -> dict[str, Any]:
    """A line of the history: the day of the deed where it is not the day of the writing."""
    tone = {"met": "done", "no_solution": "late", "in_progress": "info", "withdrawn": "quiet"}.get(action.kind, "calm")
    return {
        "when": action.recorded_at,
        "title": action.kind_label,
        "text": action.note or "",
        "by": f"{action.structure_name}, le {action.acted_on:%d/%m/%Y}",
        "tone": tone,
    }


def _tabs(state: NeedState | None, theme: Theme | None) -> list[tuple[str, str, bool, None]]:
    tabs = [("Ouverts", _url(None, theme), state is None, None)]
    return [*tabs, *((LISTS[one], _url(one, theme), state == one, None) for one in (*OPEN, *CLOSED))]


def _next(shelf: NeedShelf, page: NeedPage, state: NeedState | None) -> str:
    """Where the rest of a list is: its next page, or the page of its state alone."""
    if page.cursor is None:
        return ""
    return _url(shelf.state, shelf.theme, page.cursor if state else "")


def _url(state: NeedState | None, theme: Theme | None, cursor: str = "") -> str:
    said = {"etat": state, "theme": theme, "cursor": cursor}
    query = "&".join(f"{name}={value}" for name, value in said.items() if value)
    return f"{LIST}?{query}" if query else LIST


def _path(file: NeedFile) -> str:
    return f"/visites/{file.need.visit_id}/besoins/{file.need.id}"


def _known(text: str, kind: Any) -> Any:
    """What an address asks for, or None for anything that is not one of the words."""
    return text if text in get_args(kind) else None
