"""One short provider for each CloudFormation type the templates may use."""

from __future__ import annotations

from infra.local.providers import compute, data, messaging, outgoing, recorded, web
from infra.local.providers.base import Provider

PROVIDERS: dict[str, Provider] = {
    **data.PROVIDERS,
    **messaging.PROVIDERS,
    **compute.PROVIDERS,
    **web.PROVIDERS,
    **outgoing.PROVIDERS,
    **recorded.PROVIDERS,
}
