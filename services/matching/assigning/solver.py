"""The one place that speaks to OR-Tools: a flow of least cost through a network, from one node to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]

from services.matching.assigning.pairs import Integers, Positions
from shared.errors import Reject


class Unsolved(Reject):
    """The solver gave no answer to a network that has one."""

    code = "calcul-sans-resultat"


@dataclass(frozen=True)
class Network:
    """Arcs of a network, one row each; capacities and costs are integers."""

    tail: Positions
    head: Positions
    capacity: Integers
    cost: Integers
    entry: int
    exit: int


def cheapest(network: Network, amount: int | None) -> Integers:
    """The flow on each arc, when so much is sent from entry to exit, or as much as can be if None, at least cost.

    Raises `Unsolved` when OR-Tools finds no optimum: the amount does not pass, or a number is too large for it.
    """
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, network.cost)
    sent = int(network.capacity[network.tail == network.entry].sum()) if amount is None else amount
    flow.set_nodes_supplies(np.array([network.entry, network.exit], dtype=np.int32), np.array([sent, -sent]))
    status = flow.solve_max_flow_with_min_cost() if amount is None else flow.solve()
    if status != flow.OPTIMAL:
        raise Unsolved(f"Le calcul des rapprochements n’a pas abouti ({status.name}).")
    return np.asarray(flow.flows(arcs), dtype=np.int64)
