"""The pages of signing in: the door, the way back from the sign-in service, the way out, the choice of a territory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie

from services.directory.homing import first_page
from services.directory.sessions import SESSION_LASTS, SIGN_IN_LASTS
from services.directory.signing_in import SigningIn
from shared.errors import Forbidden, NotFound, VigieError
from shared.identity import COOKIE, Caller, Identity
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import SIGN_IN, cookies, page_caller, page_frame, page_resolver, posted_form, query
from shared.web.responses import cookie, external_redirect, is_local_path, redirect, show

STATE_COOKIE = "vigie_connexion"
HOME = "/"
REFUSED = "La connexion a été abandonnée ou refusée : recommencez."
Html = Response[str]


@dataclass(frozen=True)
class SignInPages:
    """The routes under `/connexion` and `/deconnexion`."""

    signing_in: SigningIn
    identity: Identity

    def resolver(self) -> APIGatewayHttpResolver:
        """The routes, ready to answer."""
        pages = Pages(Path(__file__).parent / "templates")
        app = page_resolver(pages)
        request = _Request(self, app, pages)
        app.get(SIGN_IN)(request.door)
        app.get(f"{SIGN_IN}/depart")(request.depart)
        app.get(f"{SIGN_IN}/retour")(request.arrive)
        app.get(f"{SIGN_IN}/territoire")(request.territories)
        app.post(f"{SIGN_IN}/territoire")(request.choose_territory)
        app.post("/deconnexion")(request.sign_out)
        return app


@dataclass(frozen=True)
class _Request:
    site: SignInPages
    app: APIGatewayHttpResolver
    pages: Pages

    def door(self) -> Html:
        return self._door()

    def depart(self) -> Html:
        try:
            departure = self.site.signing_in.depart(self._back())
        except VigieError as error:
            return self._door(error)
        kept = self._cookie(STATE_COOKIE, departure.state, int(SIGN_IN_LASTS.total_seconds()))
        return external_redirect(departure.url, cookies=[kept])

    def arrive(self) -> Html:
        if not query(self.app, "code"):
            return self._door(Forbidden(REFUSED))
        try:
            arrival = self.site.signing_in.arrive(
                code=query(self.app, "code"),
                state=query(self.app, "state"),
                kept_state=cookies(self.app).get(STATE_COOKIE, ""),
            )
        except VigieError as error:
            return self._door(error)
        opened = self._cookie(COOKIE, arrival.token, int(SESSION_LASTS.total_seconds()))
        return redirect(arrival.back, cookies=[opened, self._cookie(STATE_COOKIE, "", 0)])

    def territories(self) -> Html:
        caller = self._caller()
        known = sorted((caller.membership, *caller.elsewhere), key=lambda membership: membership.territory_name)
        options = [(each.territory_id, each.territory_name, each.structure_name) for each in known]
        form = Form({"territory_id": caller.territory_id})
        return show(self.pages, "territories.html", page_frame(self.app), options=options, form=form)

    def choose_territory(self) -> Html:
        caller = self._caller()
        chosen = posted_form(self.app, self.site.signing_in.public_url).get("territory_id", "")
        for membership in (caller.membership, *caller.elsewhere):
            if membership.territory_id == chosen:
                self.site.signing_in.sessions.choose(cookies(self.app)[COOKIE], caller.subject, chosen)
                flash = Flash(f"Vous êtes maintenant dans le territoire « {membership.territory_name} ».")
                return redirect(first_page(membership.roles), flash=flash)
        raise NotFound("Ce territoire n’existe pas.")

    def sign_out(self) -> Html:
        posted_form(self.app, self.site.signing_in.public_url)
        self.site.signing_in.sessions.close(cookies(self.app).get(COOKIE, ""))
        gone = self._cookie(COOKIE, "", 0)
        return redirect(SIGN_IN, cookies=[gone], flash=Flash("Votre session est fermée."))

    def _door(self, error: VigieError | None = None) -> Html:
        departure = f"{SIGN_IN}/depart?suite={quote(self._back(), safe='/')}"
        status = 200 if error is None else error.status
        frame = page_frame(self.app)
        return show(self.pages, "sign_in.html", frame, status=status, departure=departure, error=error)

    def _back(self) -> str:
        """The page asked for in the first place; anything that leaves the site, or comes back here, is the home."""
        asked = query(self.app, "suite")
        return asked if is_local_path(asked) and not asked.startswith(SIGN_IN) else HOME

    def _caller(self) -> Caller:
        return page_caller(self.app, self.site.identity, self.site.signing_in.clock)

    def _cookie(self, name: str, value: str, max_age: int) -> Cookie:
        return cookie(name, value, max_age=max_age, secure=self.site.signing_in.public_url.startswith("https:"))
