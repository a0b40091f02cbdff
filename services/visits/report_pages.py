"""The pages of a visit's report: the form, what it proposes while one types, and what becomes of it when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from services.visits.form_fields import CHECKED
from services.visits.need import CAUSES, CONTRACTS
from services.visits.need_form import BLOCKS, block_names, is_filled
from services.visits.need_subjects import SUBJECTS, THEMES
from services.visits.site import Site
from services.visits.visit import MODES
from services.visits.visit_form import WITH, first_values
from services.visits.visit_subject import CHOICE, Subject, propose, subject_of
from services.visits.visiting_members import colleagues
from services.visits.wording import LINE_LENGTH, PROSE_LENGTH, TEXT_LENGTH
from shared.errors import NotFound
from shared.web.forms import Form
from shared.web.responses import page

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from services.visits.questionnaire.definition import Questionnaire
    from services.visits.sent_form import SentForms
    from shared.identity import Caller

FORM = "/visites/nouvelle"
ROME_FIELDS = ("rome", *(f"{block}-rome" for sort in ("poste", "risque") for block in block_names(sort)))
LONGEST_VERSION = 9


@dataclass(frozen=True)
class ReportPages:
    """The routes of the form."""

    site: Site
    desk: VisitDesk

    def new(self) -> Response[str]:
        """An empty form; about a planned visit (`?visite=`), an enterprise (`?entreprise=`) or an urgent need (`?urgent=`)."""
        site, caller = self.site, self.site.reporter()
        asked = {"visit_id": site.asked("visite"), "enterprise_id": site.asked("entreprise")}
        subject = subject_of(asked, caller, self.desk)
        values = first_values(site.today()) | {name: value for name, value in asked.items() if value}
        if site.asked("urgent"):
            values["urgent"] = CHECKED
        with_names = subject is not None or bool(site.asked("avec"))
        return self.form(Form(values), caller, subject=subject, with_names=with_names)

    def report(self) -> Response[str]:
        return self._sent().report()

    def suggest(self) -> Response[str]:
        """The métiers for what is typed so far in a field: a fragment of the form."""
        self.site.reporter()
        name = self.site.asked("champ") or "rome"
        if name not in ROME_FIELDS:
            raise NotFound("Ce champ n’existe pas.")
        form = Form({name: self.site.asked(name)[:LINE_LENGTH]})
        found = self.occupations(form, name)
        return page(self.site.pages.render("visits/occupations.html", f=form, name=name, found=found))

    def suggest_enterprises(self) -> Response[str]:
        """The enterprises of the register for what is typed so far: a fragment of the form."""
        caller = self.site.reporter()
        form = Form({"enterprise_name": self.site.asked("enterprise_name")[:LINE_LENGTH]})
        found = propose(form.value("enterprise_name"), caller, self.desk)
        return page(self.site.pages.render("visits/enterprises.html", f=form, found=found))

    def name_colleagues(self) -> Response[str]:
        """The boxes of who may have come too: a fragment, because the form that a telephone keeps names nobody."""
        named = self.colleagues(self.site.reporter())
        return page(self.site.pages.render("visits/colleagues.html", f=Form(), colleagues=named))

    def form(
        self,
        form: Form,
        caller: Caller,
        *,
        subject: Subject | None = None,
        with_names: bool = False,
        found: list[tuple[str, str, str]] | None = None,
        status: int = 200,
    ) -> Response[str]:
        """The form as a page; it names colleagues only when it is not the one that a telephone keeps."""
        context = self.context(form, caller) | {
            "action": FORM,
            "key": self.site.key(form),
            "subject": subject,
            "found": found or [],
            "colleagues": self.colleagues(caller) if with_names else None,
        }
        return self.site.show("visits/new.html", context, status)

    def context(self, form: Form, caller: Caller) -> dict[str, Any]:
        """What the fields of a report need, whether it is new or corrected."""
        return {
            "f": form,
            "questionnaire": self.questionnaire(form.values, caller),
            "proposed": {name: self.occupations(form, name) for name in ROME_FIELDS},
            "blocks": {sort: block_names(sort) for sort in BLOCKS},
            "open_sorts": [sort for sort in BLOCKS if any(_is_open(form, block) for block in block_names(sort))],
            "member_id": caller.member_id,
            "territory_id": caller.territory_id,
            "modes": MODES,
            "contracts": CONTRACTS,
            "causes": CAUSES,
            "themes": THEMES,
            "subjects": SUBJECTS,
            "choice_name": CHOICE,
            "longest": LINE_LENGTH,
            "longest_text": TEXT_LENGTH,
            "longest_prose": PROSE_LENGTH,
        }

    def questionnaire(self, fields: Mapping[str, str], caller: Caller) -> Questionnaire:
        """The version that a form was made from, the one in force for a new form; raises NotFound."""
        typed = fields.get("questionnaire_version", "")
        if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_VERSION:
            return self.desk.store.asked(caller.territory_id, int(typed))
        return self.desk.store.questionnaires.current(caller.territory_id)

    def occupations(self, form: Form, name: str) -> list[tuple[str, str]]:
        """The métiers to choose from for what a field holds."""
        if not form.value(name):
            return []
        found = self.desk.store.occupations(self.site.now()).propose(form.value(name))
        return [(known.code, f"{known.code} {known.title}") for known in found]

    def colleagues(self, caller: Caller) -> list[tuple[str, str]]:
        """The members of the caller's structure who make visits, but for the caller: the name of a box, and theirs."""
        members = colleagues(caller.territory_id, caller.membership.structure_id, self.desk)
        return [(WITH + member.id, member.name) for member in members if member.id != caller.member_id]

    def register(self) -> None:
        """Adds the routes."""
        app = self.site.app
        app.get(FORM)(self.new)
        app.post(FORM)(self.report)
        app.get("/visites/occupations")(self.suggest)
        app.get("/visites/entreprises")(self.suggest_enterprises)
        app.get("/visites/collegues")(self.name_colleagues)

    def _sent(self) -> SentForms:
        """What answers a form, loaded with the first one that is sent: a new process nearly always begins with a page."""
        from services.visits.sent_form import SentForms  # noqa: PLC0415 - see above

        return SentForms(self)


def _is_open(form: Form, block: str) -> bool:
    """Whether something is said in a block of fields, or wrong with it."""
    return is_filled(form.values, block) or any(name.startswith(f"{block}-") for name in form.errors)
