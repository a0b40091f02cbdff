"""The pages of programmes: the months of the structures, one programme with its targets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.programmes.acting_routes import add_acting_routes
from services.visits.programmes.calendar_pages import CalendarPages
from services.visits.programmes.calendar_store import CalendarStore
from services.visits.programmes.desk import Desk
from services.visits.programmes.months import later, read_month
from services.visits.programmes.picture import draw, highest_of, short_month
from services.visits.programmes.programme import DECIDERS, STATES, decides, sees_all
from services.visits.programmes.ranking import table_of_weights
from services.visits.programmes.seeing import SHOWN_MONTHS, Sheet, Window
from services.visits.programmes.target import TARGET_STATES, TargetState
from services.visits.programmes.wording import STATE_TONES, described, month_label
from services.visits.site import Site
from shared.errors import Invalid
from shared.identity import Caller, Identity
from shared.web.rendering import Pages
from shared.web.requests import page_resolver

TEMPLATES = Path(__file__).parent.parent / "templates"
PER_PAGE = 10
LONGEST_PAGE = 3
"""Digits of a page's number."""


@dataclass(frozen=True)
class ProgrammePages:
    """The routes that only read."""

    site: Site
    desk: Desk

    @property
    def window(self) -> Window:
        return Window(self.desk.store, self.desk.surroundings)

    def overview(self) -> Response[str]:
        caller = self.site.caller()
        shown = self.window.overview(caller, self.site.now(), self._first_month())
        lines = (*shown.lines, shown.total)
        highest = highest_of(*shown.lines)
        context = {
            "shown": shown,
            "lines": lines,
            "pictures_of": [draw(line, shown.current, highest) for line in shown.lines],
            "total_picture": draw(shown.total, shown.current, highest_of(shown.total)),
            "labels": [short_month(month) for month in shown.months],
            "period": (month_label(shown.months[0]), month_label(shown.months[-1])),
            "sees_all": sees_all(caller),
            "decides": caller.has(*DECIDERS),
            "earlier": f"/programmes?mois={later(shown.months[0], -SHOWN_MONTHS)}",
            "later": f"/programmes?mois={later(shown.months[0], SHOWN_MONTHS)}",
            "states_of": STATES,
            "tones": STATE_TONES,
            "month_label": month_label,
        }
        return self.site.show("programmes/overview.html", context)

    def show(self, programme_id: str) -> Response[str]:
        caller = self.site.caller()
        sheet = self.window.sheet(programme_id, caller, self.site.now())
        state = self._state()
        context = {
            "sheet": sheet,
            "programme": sheet.programme,
            "picture": draw(sheet.progress, sheet.current, highest_of(sheet.progress)),
            "labels": [short_month(month.month) for month in sheet.progress.months],
            "described": described(sheet.programme, self._commune_names(sheet)),
            "decides": decides(caller, sheet.programme.structure_id),
            "member_id": caller.member_id,
            "states_of": STATES,
            "tones": STATE_TONES,
            "tabs": self._tabs(sheet, state),
            "state": state,
            "month_label": month_label,
            "key": lambda: self.site.new_id(self.site.now()),
        }
        return self.site.show("programmes/programme.html", context | self._listed(sheet, state, caller))

    def _listed(self, sheet: Sheet, state: TargetState, caller: Caller) -> dict[str, object]:
        """A page of the targets in a state; those that are free with their rank and its reasons."""
        number = self._page_number()
        first, until = PER_PAGE * (number - 1), PER_PAGE * number
        address = f"/programmes/{sheet.programme.id}?liste={state}&page="
        if state == "pending" and sheet.programme.state == "active":
            weights = self.desk.settings(caller.territory_id)
            ranked = self.window.next_best(sheet.targets, caller, weights, sheet.now)
            size, rows = len(ranked), {"ranked": ranked[first:until], "weights": table_of_weights(weights)}
        else:
            targets = sheet.in_state(state)
            size, rows = len(targets), {"targets": targets[first:until]}
        return {
            "ranked": [],
            "targets": [],
            "weights": (),
            **rows,
            "next": f"{address}{number + 1}#entreprises" if until < size else "",
            "previous": f"{address}{number - 1}#entreprises" if number > 1 else "",
        }

    def _commune_names(self, sheet: Sheet) -> dict[str, str]:
        """From the targets; a draft has none, and asks the register."""
        if sheet.programme.state == "draft":
            return self.desk.register.communes(sheet.programme.territory_id)
        return {target.insee: target.commune for target in sheet.targets if target.insee}

    def _tabs(self, sheet: Sheet, state: TargetState) -> list[tuple[str, str, bool, int]]:
        address = f"/programmes/{sheet.programme.id}?liste="
        counts = sheet.counts
        return [
            (label, f"{address}{known}#entreprises", known == state, counts[known])
            for known, label in TARGET_STATES.items()
        ]

    def _first_month(self) -> str | None:
        asked = self.site.asked("mois")
        try:
            return read_month(asked) if asked else None
        except Invalid:
            return None

    def _state(self) -> TargetState:
        asked = self.site.asked("liste")
        return next((state for state in TARGET_STATES if state == asked), "pending")

    def _page_number(self) -> int:
        asked = self.site.asked("page")
        readable = asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_PAGE
        return max(int(asked), 1) if readable else 1


def resolver(desk: Desk, calendars: CalendarStore, identity: Identity, public_url: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    site = Site(app, pages, identity, desk.clock, public_url, desk.new_id)
    shown = ProgrammePages(site, desk)
    app.get("/programmes")(shown.overview)
    CalendarPages(site, calendars).register_routes()
    add_acting_routes(app, site, desk)
    app.get("/programmes/<programme_id>")(shown.show)
    return app
