"""The second opinion's own rules: differences are few, reasoned and true; what stands before MiniStack changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from urllib3 import HTTPResponse
from werkzeug.test import Client, TestResponse

from infra.local.sending import Senders, Sending
from infra.parity.deploying import NotDeployed, resources_of_types
from infra.parity.differences import known_differences
from infra.parity.gate import Endpoint, Site

SIGNED = "AWS4-HMAC-SHA256 Credential=parity/20261124/eu-west-3/{}/aws4_request, SignedHeaders=host, Signature=0"
