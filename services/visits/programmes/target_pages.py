"""The buttons of a target: reserve it, give it up, take it off the list."""

from __future__ import annotations

from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from services.visits.programmes.claiming import TargetCommand, claim_target, release_target, withdraw_target
from services.visits.programmes.commands import LONGEST_REASON, WithdrawTarget
from services.visits.programmes.desk import Desk
from services.visits.programmes.forms import again, read_reason
from services.visits.programmes.performing import open_programme
from services.visits.programmes.target import Target
from services.visits.site import Site
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.identity import Caller
from shared.web.flash import Flash
from shared.web.formats import day
from shared.web.forms import Form
from shared.web.responses import redirect


@dataclass(frozen=True)
class TargetPages:
    """The pages; what stands in the way is told on the programme's page, in its lists as they are now."""

    site: Site
    desk: Desk

    def claim(self, programme_id: str, enterprise_id: str) -> Response[str]:
        asked = self._asked(programme_id, enterprise_id, self.site.posted())
        try:
            claim = claim_target(asked, self.desk)
        except (Conflict, Forbidden) as error:
            return _back(programme_id, "pending", Flash(error.message, "watch"))
        told = f"L’entreprise vous est réservée jusqu’au {day(claim.until)}. Planifiez la visite."
        return _back(programme_id, "claimed", Flash(told))

    def release(self, programme_id: str, enterprise_id: str) -> Response[str]:
        asked = self._asked(programme_id, enterprise_id, self.site.posted())
        try:
            release_target(asked, self.desk)
        except (Conflict, Forbidden) as error:
            return _back(programme_id, "claimed", Flash(error.message, "watch"))
        return _back(programme_id, "pending", Flash("L’entreprise est de nouveau à prendre."))

    def ask_withdrawal(self, programme_id: str, enterprise_id: str) -> Response[str]:
        target = self._target(programme_id, enterprise_id, self.site.caller())
        return self._withdrawal(target, Form())

    def withdraw(self, programme_id: str, enterprise_id: str) -> Response[str]:
        fields = self.site.posted()
        asked = self._asked(programme_id, enterprise_id, fields)
        target = self._target(programme_id, enterprise_id, asked.caller)
        try:
            command = WithdrawTarget(reason=read_reason(fields))
            withdraw_target(command, asked, self.desk)
        except Invalid as error:
            return self._withdrawal(target, again(fields, error, error.fields), 422)
        except Conflict as error:
            return _back(programme_id, "pending", Flash(error.message, "watch"))
        return _back(programme_id, "withdrawn", Flash(f"{target.name} est retirée de la liste."))

    def _asked(self, programme_id: str, enterprise_id: str, fields: dict[str, str]) -> TargetCommand:
        caller = self.site.caller()
        return TargetCommand(programme_id, enterprise_id, self.site.request(fields, caller), caller)

    def _target(self, programme_id: str, enterprise_id: str, caller: Caller) -> Target:
        programme = open_programme(programme_id, caller, self.desk.store)
        found = self.desk.store.rivals(programme.territory_id, enterprise_id)
        target = next((each for each in found if each.programme_id == programme_id), None)
        if target is None:
            raise NotFound("Cette entreprise n’est pas dans la liste de ce programme.")
        return target

    def _withdrawal(self, target: Target, form: Form, status: int = 200) -> Response[str]:
        context = {"f": form, "key": self.site.key(form), "target": target, "longest": LONGEST_REASON}
        return self.site.show("programmes/withdrawal.html", context, status)


def _back(programme_id: str, state: str, flash: Flash) -> Response[str]:
    return redirect(f"/programmes/{programme_id}?liste={state}#entreprises", flash=flash)
