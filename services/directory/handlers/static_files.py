"""Serves the files that pages load: style, script, icon."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from shared.aws import Aws
from shared.runtime.web import endpoint
from shared.web.responses import static


def build(_aws: Aws) -> APIGatewayHttpResolver:
    app = APIGatewayHttpResolver()
    app.get("/static/<digest>/<name>")(lambda digest, name: static(f"{digest}/{name}"))
    return app


handler = endpoint(build)
