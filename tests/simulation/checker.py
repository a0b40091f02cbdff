"""Reads a history and the table's end, and says what was broken; it knows the rules and none of the code."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.history import History, Item

LEFT = {"sent", "delivered", "acknowledged"}
FINAL = {*LEFT, "dead", "superseded", "resolved"}
RANKS = {"raised": 0, "acknowledged": 1, "transmitted": 2, "offer_registered": 3, "broadcast": 4}
LOWERING = {"reopen", "correct_transmission", "correct_offer", "withdraw_offer"}
NOTICES = (24, 36, 44)
SLACK = timedelta(hours=3)
"""How late a recall may be while things fail."""


@dataclass
class Findings:
    """What a history shows; every entry says where."""

    lost: list[str] = field(default_factory=list)
    """Deliveries that nobody accepted and nobody is told of."""
    doubled: list[str] = field(default_factory=list)
    """Deliveries accepted more than once without a mark."""
    unpublished: list[str] = field(default_factory=list)
    """Events that the bus never took."""
    restless: list[str] = field(default_factory=list)
    """Deliveries and rounds that are still to be looked at."""
    wrong: list[str] = field(default_factory=list)
    """Any other rule that does not hold."""
    failed: list[str] = field(default_factory=list)
    """Deliveries that nobody accepted, shown as failed: no fault of the platform where the world gave no answer."""
    flagged: list[str] = field(default_factory=list)
    """Deliveries accepted twice, and marked so."""

    @property
    def broken(self) -> list[str]:
        """What must never be, in one list."""
        kinds = ("lost", "doubled", "unpublished", "restless", "wrong")
        return [f"{kind}: {place}" for kind in kinds for place in getattr(self, kind)]


@dataclass(frozen=True)
class Expected:
    """What the scenario makes acceptable: messages that end in a dead-letter queue, partners that stay in pause."""

    buried: int = 0
    waiting: frozenset[str] = frozenset()
    """Recipients whose deliveries may wait for ever."""
    excused: bool = False
    """A delivery may fail for another reason than two sends of unknown end."""


NOTHING_ELSE = Expected()


def examine(history: History, items: list[Item], expected: Expected = NOTHING_ELSE) -> Findings:
    """Everything that can be known at the end."""
    findings = Findings()
    _check_deliveries(history, items, expected, findings)
    _check_events(history, items, findings)
    versions, taken = _versions(history), {one.delivery_id for one in history.accepted}
    for partition in _partitions(items).values():
        _check_corrections(history, partition, taken, findings)
        _check_alert(history, partition, versions, findings)
    _check_requests(history, items, findings)
    findings.wrong += [f"defect: {place}" for place in history.defects] + history.missteps
    if len(history.buried) != expected.buried:
        findings.wrong += [f"buried in {dead.queue}: {dead.attributes.get('reason')}" for dead in history.buried]
    return findings


def _check_deliveries(history: History, items: list[Item], expected: Expected, findings: Findings) -> None:
    taken = Counter(one.delivery_id for one in history.accepted)
    known = {history.names.get(_place(item)): item for item in items if item.get("kind") == "delivery"}
    for name, item in known.items():
        _check_delivery(item, taken[name or ""], expected, findings)
    findings.wrong += [f"accepted and unknown: {name}" for name in taken if name not in known]
    rounds = [item for item in items if item.get("kind") == "round" and not item["done"]]
    findings.restless += [_place(item) for item in rounds]


def _check_delivery(item: Item, times: int, expected: Expected, findings: Findings) -> None:
    place, state = f"{item['sk']} ({item['state']})", item["state"]
    if state not in FINAL or "due_sk" in item:
        if item["recipient_id"] not in expected.waiting:
            findings.restless.append(place)
    elif state == "dead" and times == 0:
        explained = expected.excused or _doubts(item) >= 2
        (findings.failed if item.get("last_error") and explained else findings.lost).append(place)
    elif state in LEFT and times == 0:
        findings.lost.append(place)
    elif state == "superseded" and times and not _doubts(item):
        findings.wrong.append(f"superseded, and yet accepted: {place}")
    if times > 1 and item["channel"] != "webhook":
        marked = item.get("possible_duplicate") and times == 2
        (findings.flagged if marked else findings.doubled).append(place)


def _check_corrections(history: History, partition: dict[str, Item], taken: set[str], findings: Findings) -> None:
    """To those who got the earlier version, and to nobody else."""
    deliveries = {sk: item for sk, item in partition.items() if item.get("kind") == "delivery"}
    reached = {sk for sk, item in deliveries.items() if history.names[_place(item)] in taken}
    for sk, item in deliveries.items():
        before = deliveries.get(item.get("follows", ""))
        if before and sk in reached and before["sk"] not in reached and not _doubts(before):
            findings.wrong.append(f"corrected without having been told: {_place(item)}")
    rounds = [item for item in partition.values() if item.get("kind") == "round" and item["audience"] == "reached"]
    if rounds:
        _check_told_again(max(rounds, key=lambda one: int(one["sequence"])), deliveries, reached, findings)


def _check_told_again(work: Item, deliveries: dict[str, Item], reached: set[str], findings: Findings) -> None:
    """Whoever was reached by what the last correction corrects has that correction."""
    followed = {item["follows"]: item for item in deliveries.values() if _follows(item, work)}
    for sk in reached:
        item = deliveries[sk]
        if item["key"] != "broadcast" or item.get("alert_version", 0) >= work["sequence"]:
            continue
        correction = followed.get(sk)
        if correction is None or correction["state"] == "superseded":
            findings.wrong.append(f"reached and not corrected: {_place(item)}")


def _follows(item: Item, work: Item) -> bool:
    return "follows" in item and item["key"] == work["key"]


def _check_events(history: History, items: list[Item], findings: Findings) -> None:
    findings.unpublished += [name for name in history.written if name not in history.published]
    findings.unpublished += [_place(item) for item in items if item["pk"].endswith("#OUTBOX")]


def _check_alert(
    history: History, partition: dict[str, Item], versions: dict[str, list[int]], findings: Findings
) -> None:
    if "ALERT" not in partition:
        return
    alert = partition["ALERT"]["alert"]
    entries = [partition[sk] for sk in sorted(partition) if sk.startswith("AUDIT#")]
    problems = [
        *_trail_problems(alert, entries),
        *_image_problems(versions.get(alert["alert_id"], [])),
        *_time_problems(history, alert, entries),
    ]
    findings.wrong += [f"{alert['alert_id']}: {problem}" for problem in problems]


def _trail_problems(alert: Item, entries: list[Item]) -> list[str]:
    problems, previous = [], ""
    for number, item in enumerate(entries, 1):
        entry = item["entry"]
        if entry["version"] != number or entry["previous_hash"] != previous:
            problems.append(f"the trail is broken at {number}")
        if entry["rank_before"] is not None and entry["rank_after"] < entry["rank_before"]:
            problems += [] if entry["command"] in LOWERING else [f"{entry['command']} lowered the rank"]
        previous = item["hash"]
    if alert["version"] != len(entries) or alert["audit_hash"] != previous:
        problems.append("the trail does not end where the alert stands")
    return problems


def _versions(history: History) -> dict[str, list[int]]:
    """The versions of each alert, in the order in which they were written."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for image in history.images:
        found[image.alert_id].append(image.version)
    return found


def _image_problems(versions: list[int]) -> list[str]:
    return [] if versions == sorted(set(versions)) else [f"versions were written twice: {versions}"]


def _time_problems(history: History, alert: Item, entries: list[Item]) -> list[str]:
    """The breach follows from timestamps alone; recalls end with the transmission or the end, and only then."""
    if {item["entry"]["command"] for item in entries} & LOWERING or alert["clock_mode"] != "elapsed":
        return []
    received, deadline = _instant(alert["received_at"]), _instant(alert["deadline_at"])
    ended = [_instant(alert[what]["at"]) for what in ("transmission", "closure") if alert.get(what)]
    settled = min(ended, default=history.ended)
    problems = [] if deadline - received == timedelta(hours=48) else ["the deadline moved"]
    if bool(alert.get("breach")) != (settled > deadline):
        problems.append(f"breach is {alert.get('breach')} when settled at {settled} for {deadline}")
    if len(set(alert["fired"])) != len(alert["fired"]):
        problems.append("a timer fired twice")
    due = [f"notice_{hours}h" for hours in NOTICES if received + timedelta(hours=hours) + SLACK < settled]
    return problems + [f"{name} never fired" for name in due if name not in alert["fired"]]


def _check_requests(history: History, items: list[Item], findings: Findings) -> None:
    """Every request was answered; none had its effect twice."""
    findings.wrong += [f"unanswered: {one.kind} {one.key}" for one in history.answered if not one.answer]
    kept = Counter(item["sk"].rpartition("#")[2] for item in items if item["pk"].endswith("#IDEMPOTENCY"))
    findings.wrong += [f"kept twice: {key}" for key, times in kept.items() if times > 1]


def _partitions(items: list[Item]) -> dict[str, dict[str, Item]]:
    found: defaultdict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        found[item["pk"]][item["sk"]] = item
    return found


def _doubts(item: Item) -> int:
    return sum(
        attempt["verdict"] == "unknown" or attempt.get("doubtful", False) for attempt in item.get("attempts", [])
    )


def _place(item: Item) -> str:
    return f"{item['pk']} {item['sk']}"


def _instant(text: Any) -> datetime:
    return datetime.fromisoformat(text)
