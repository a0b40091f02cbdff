"""Who may sign in: a user pool for people, and client credentials for partners' machines."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cognito as cognito

from infra import pieces
from infra.place import Place
from infra.stages import Stage

_LOGIN = cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN
INVITATION = (
    "Bonjour,<br>votre identifiant : {username}<br>votre mot de passe provisoire : {####}<br>À changer sous 7 jours."
)


@dataclass(frozen=True)
class Identity:
    """Whose tokens are believed, and for which clients: the site's own, and those of partners' machines."""

    issuer: str
    site: str
    machines: list[str]

    @property
    def parameters(self) -> dict[str, str]:
        """What a function is told: people sign in through the site's client, and machines call the API too."""
        return {"issuer": self.issuer, "audience": self.site, "callers": " ".join([self.site, *self.machines])}


def users(place: Place) -> Identity:
    """The pool, its clients and its domain; in the local stage the development issuer is believed instead."""
    pool = _pool(place)
    pool.add_domain(
        "domain",
        cognito_domain=cognito.CognitoDomainOptions(domain_prefix=place.stage.prefix),
        managed_login_version=_LOGIN,
    )
    people = _people(pool, place.stage)
    cognito.CfnManagedLoginBranding(
        pool, "branding", user_pool_id=pool.user_pool_id, client_id=people, use_cognito_provided_values=True
    )
    machines = _machines(pool, place.stage)
    return Identity(
        issuer=place.stage.issuer or f"https://cognito-idp.{place.stage.region}.amazonaws.com/{pool.user_pool_id}",
        site=place.stage.audience or people,
        machines=list(place.stage.machines) if place.stage.issuer else machines,
    )


def _pool(place: Place) -> cognito.UserPool:
    """People are invited, never self-registered: the directory says who is who."""
    pool = cognito.UserPool(
        place.stack,
        "users",
        user_pool_name=place.stage.prefix,
        self_sign_up_enabled=False,
        user_invitation=cognito.UserInvitationConfig(email_subject="Votre accès à Vigie", email_body=INVITATION),
        user_verification=cognito.UserVerificationConfig(
            email_subject="Votre code Vigie", email_body="Votre code : {####}. Il est valable 24 heures."
        ),
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        mfa=cognito.Mfa.OPTIONAL,
        mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
        password_policy=cognito.PasswordPolicy(
            min_length=12, require_digits=True, require_lowercase=True, require_symbols=True, require_uppercase=True
        ),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        feature_plan=cognito.FeaturePlan.ESSENTIALS,
        deletion_protection=place.stage.keeps_data,
        removal_policy=pieces.removal(place.stage),
    )
    pieces.accept(pool, "COG2", "A second factor is offered; requiring it of volunteers is the territories' decision.")
    pieces.accept(pool, "COG8", "The plus plan is priced by active user and scores risks nobody here would act on.")
    return pool


def _people(pool: cognito.UserPool, stage: Stage) -> str:
    """Authorization code with PKCE; the site is a public client and keeps no secret."""
    client = pool.add_client(
        "people",
        generate_secret=False,
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
            callback_urls=[f"{stage.public_url}/connexion/retour"],
            logout_urls=[f"{stage.public_url}/"],
        ),
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
    )
    return str(client.user_pool_client_id)


def _machines(pool: cognito.UserPool, stage: Stage) -> list[str]:
    """The clients of partners' systems, by client credentials."""
    visits = cognito.ResourceServerScope(scope_name="visits", scope_description="Visites et entreprises")
    alerts = cognito.ResourceServerScope(scope_name="alerts", scope_description="Alertes et offres")
    server = pool.add_resource_server("api", identifier="vigie", scopes=[visits, alerts])
    scopes = [cognito.OAuthScope.resource_server(server, scope) for scope in (visits, alerts)]
    return [_machine(pool, name, scopes) for name in stage.machines]


def _machine(pool: cognito.UserPool, name: str, scopes: list[cognito.OAuthScope]) -> str:
    client = pool.add_client(
        f"machine-{name}",
        user_pool_client_name=name,
        generate_secret=True,
        o_auth=cognito.OAuthSettings(flows=cognito.OAuthFlows(client_credentials=True), scopes=scopes),
    )
    return str(client.user_pool_client_id)
