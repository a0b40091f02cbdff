"""What the functions did, looked back on: nothing that AWS would refuse, and nobody's name in a log."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
import yaml

from infra.permissions import unused
from tests.system.chain import broadcast_alert, ordered, raised_alert
from tests.system.local_world import ROOT, LocalWorld
from tests.system.partner_software import filled_by_software, stopped_by_its_reader
from tests.system.people import AGENCY, COORDINATOR, report_urgent_need, signed_in
from tests.system.records import RECORDS, Record

SPARE = {
    "dynamodb:ConditionCheckItem": "asked for by some transactions only",
    "dynamodb:DeleteItem": "granted with every write",
    "dynamodb:PutItem": "granted with every write",
    "dynamodb:UpdateItem": "granted with every write",
    "dynamodb:GetItem": "granted with every read",
    "dynamodb:Query": "granted with every read",
    "sqs:SendMessage": "a function that buries a message, or sweeps, may have nothing to send",
    "ses:SendEmail": "AWS may ask for it beside ses:SendRawEmail",
    "events:PutEvents": "the sweeps publish after an outage only",
}
"""Grants that come with the words of a declaration, whether or not a journey happens to need them, and why."""
ALONE = 2
"""Records there are when no journey was asked for: of the demonstration's loading, and of this module's world."""
LOST = "offres@cap-emploi-nc.example"
"""A partner's address that no longer exists."""
PLATFORM = re.compile(r"sqs:(Receive|Delete|GetQueue)|dynamodb:(DescribeStream|GetRecords|GetShard|ListStreams)|logs:")
"""What Lambda itself does in the name of a function."""


@pytest.fixture(scope="module")
def records(local_world: LocalWorld) -> list[Record]:
    """Of every world that is over, and of one in which each function has had something to do."""
    local_world.system.receipts.set_outcome(LOST, "bounced")
    page = report_urgent_need(local_world).links["Suivre l’alerte"]
    local_world.settle()
    coordinator = signed_in(local_world, COORDINATOR)
    taken = coordinator.submit(coordinator.get(page), "/prise-en-charge")
    coordinator.submit(taken, "/transmission", channel="mail")
    local_world.settle()
    agency = local_world.visitor()
    answer = agency.get(local_world.mails_to(AGENCY.email)[-1].link("/retour/"))
    agency.submit(answer, answer.forms[0].action, reference="048KLTP", contact="Mme Contacte, 06 39 98 99 01")
    ordered(local_world, broadcast_alert(local_world), "fill")
    assert filled_by_software(local_world, raised_alert(local_world)).body["state"] == "filled"
    assert "Vous ne recevez plus ces offres" in stopped_by_its_reader(local_world).text
    raised_alert(local_world)
    local_world.advance(minutes=6)
    return [*RECORDS, Record.of(local_world.system)]


def test_every_function_ran(records: list[Record], local_world: LocalWorld) -> None:
    """The checks below look at all of them."""
    idle = {"vigie-local-directory-static-files"}
    silent = {name for name in local_world.system.functions() if not any(each.calls.get(name) for each in records)}
    assert silent <= idle


def test_an_address_that_refuses_is_told_of(records: list[Record], local_world: LocalWorld) -> None:
    """Its provider says so after the sending; the coordinator hears of it once an alert, by the partner's name."""
    told = [mail.subject for mail in local_world.mails_to(COORDINATOR.email) if "à rappeler" in mail.subject]
    assert told == ["Destinataire à rappeler : Cap emploi du Nord comtois, par e-mail"] * 2


def test_no_call_would_be_refused_by_aws(records: list[Record]) -> None:
    """What each function called is within its own role."""
    assert [denied for record in records for denied in record.denied] == []
    for record in records:
        for function, made in record.calls.items():
            assert set(made) <= set(record.grants[function])


def test_no_grant_is_there_for_nothing(records: list[Record]) -> None:
    """What is granted and never needed comes with a word of the declaration, and is listed here."""
    made: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for function, actions in record.calls.items():
            made[function] |= actions
    granted = {name: frozenset(actions) for name, actions in records[-1].grants.items()}
    left = [line for line in unused(made, granted) if not PLATFORM.match(line.partition(": ")[2])]
    assert [line for line in left if line.partition(": ")[2] not in SPARE] == []


def test_no_log_names_anybody(records: list[Record]) -> None:
    """No name, address or telephone of the demonstration, as written or as sent, is in any function's log."""
    logs = "\n".join(record.logs for record in records)
    assert "message_refused" in logs or len(records) == ALONE
    assert sorted(mark for mark in planted() if mark.lower() in logs.lower()) == []


def planted() -> Iterator[str]:
    """Everything by which somebody of the demonstration could be known, and what the journeys type of people."""
    for file in sorted((ROOT / "demonstration").glob("*.yaml")):
        territory = yaml.safe_load(file.read_text())
        for member in territory["members"]:
            yield member["name"]
            yield from ways(member["email"], member.get("phone", ""))
        for partner in territory["partners"]:
            yield from ways(partner["address"]) if partner["channel"] != "webhook" else ()
    yield from ways("Mme Contacte", "06 39 98 99 01", "03 53 01 10 07")


def ways(*texts: str) -> Iterator[str]:
    """A contact as it is written and, for a telephone, without its spaces and in the international form."""
    for text in filter(None, texts):
        yield text
        if text[0] == "0":
            digits = text.replace(" ", "")
            yield from (digits, f"+33{digits[1:]}", f"33{digits[1:]}")
