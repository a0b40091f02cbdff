"""How much is let in, in production: tightest where nobody has signed in, and never so much that the rest is starved."""

from __future__ import annotations

from infra.gate import CAREFUL
from infra.packaging import services
from infra.stages import PROD
from shared.topology import Serves
from tests.infra.conftest import Resource, Stacks

ACCOUNT_CONCURRENCY, KEPT_FREE = 1000, 100
"""AWS's quotas: what an account starts with, and what it refuses to reserve."""


def stage_of(prod: Stacks) -> Resource:
    """The API's only stage."""
    (stage,) = prod.of_type("AWS::ApiGatewayV2::Stage").values()
    return stage


def routes_of(prod: Stacks) -> dict[str, Resource]:
    """Each route by its key."""
    return {route["RouteKey"]: route for route in prod.of_type("AWS::ApiGatewayV2::Route").values()}


def is_careful(key: str) -> bool:
    """Whether a route's address is one that needs no session."""
    return any(key == f"ANY {prefix}" or key.startswith(f"ANY {prefix}/") for prefix in CAREFUL)


def test_every_route_is_throttled(prod: Stacks) -> None:
    """The stage's own limits hold for each route that has none."""
    limits = stage_of(prod)["DefaultRouteSettings"]
    assert (limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]) == (200, 400)


def test_routes_without_session_are_let_less(prod: Stacks) -> None:
    """Signing in, signed links, private calendars and webhooks: at most a tenth, on those routes exactly."""
    tighter = stage_of(prod)["RouteSettings"]
    assert set(tighter) == {key for key in routes_of(prod) if is_careful(key)}
    for limits in tighter.values():
        assert 0 < limits["ThrottlingRateLimit"] <= PROD.requests_per_second / 10
        assert 0 < limits["ThrottlingBurstLimit"] <= PROD.request_burst / 5


def test_what_is_said_of_a_route_is_said_of_one_that_exists(prod: Stacks) -> None:
    """AWS refuses the whole stage otherwise; and a careful prefix that nobody serves is forgotten here."""
    served = {
        prefix
        for service in services().values()
        for each in service.functions
        if isinstance(each.trigger, Serves)
        for prefix in each.trigger.prefixes
    }
    assert served >= CAREFUL


def test_a_flood_of_pages_leaves_room_for_the_chain(prod: Stacks) -> None:
    """Each function that anybody may ask has a ceiling, no other function has one, and most of the account stays free."""
    functions = prod.of_type("AWS::Lambda::Function").values()
    reserved = {each["FunctionName"]: each.get("ReservedConcurrentExecutions") for each in functions}
    doors = {
        f"vigie-prod-{service.name}-{each.name.replace('_', '-')}"
        for service in services().values()
        for each in service.functions
        if isinstance(each.trigger, Serves) and not each.trigger.bearer
    }
    assert {name for name, most in reserved.items() if most} == doors
    assert sum(most for most in reserved.values() if most) <= (ACCOUNT_CONCURRENCY - KEPT_FREE) * 2 / 3


def test_the_access_log_holds_no_address(prod: Stacks) -> None:
    """Neither the caller's nor the path, which may hold a signed link."""
    written = stage_of(prod)["AccessLogSettings"]["Format"]
    assert not [word for word in ("sourceIp", "path", "Path", "userAgent", "authorizer") if word in written]
