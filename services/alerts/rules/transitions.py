"""The state machine: from each state, what each command brings about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.alerts.rules.change import Change
from services.alerts.rules.closure import end, not_ended, note_late, reopen
from services.alerts.rules.commands import (
    Absorb,
    Acknowledge,
    Asked,
    Broadcast,
    Cancel,
    Close,
    CorrectOffer,
    CorrectTransmission,
    Fill,
    Fire,
    KeepApart,
    Merge,
    Raise,
    RejectAlert,
    Reopen,
    ReturnOffer,
    RevokeLink,
    Transmit,
    WithdrawOffer,
)
from services.alerts.rules.diffusion import broadcast, broadcast_more, insist, unready
from services.alerts.rules.duplicates import absorb, ended, keep_apart
from services.alerts.rules.facts import State
from services.alerts.rules.handover import (
    acknowledge,
    acknowledge_again,
    amend_sending,
    revoke_link,
    send_again,
    transmit,
    unsent,
)
from services.alerts.rules.returns import correct_offer, no_offer, receive, receive_late, withdraw_offer

Handler = Callable[[Change, Any], Change]
"""Takes the change so far and the command; returns the change, untouched when there is nothing to do."""


def nothing(change: Change, _: Asked) -> Change:
    """Already so."""
    return change


# fmt: off
_GRID: Mapping[type[Asked], tuple[Handler, ...]] = {
    # in:                raised       acknowledged       transmitted     offer_registered  broadcast       any end
    Raise:               (nothing,     nothing,           nothing,        nothing,          nothing,        nothing),
    Fire:                (nothing,     nothing,           nothing,        nothing,          nothing,        nothing),
    Acknowledge:         (acknowledge, acknowledge_again, nothing,        nothing,          nothing,        note_late),
    Transmit:            (transmit,    transmit,          send_again,     nothing,          nothing,        note_late),
    ReturnOffer:         (receive,     receive,           receive,        receive,          receive,        receive_late),
    Broadcast:           (unready,     unready,           insist,         broadcast,        broadcast_more, unready),
    Fill:                (end,         end,               end,            end,              end,            note_late),
    Close:               (end,         end,               end,            end,              end,            note_late),
    Cancel:              (end,         end,               end,            end,              end,            note_late),
    RejectAlert:         (end,         end,               end,            end,              end,            note_late),
    Reopen:              (not_ended,   not_ended,         not_ended,      not_ended,        not_ended,      reopen),
    CorrectTransmission: (unsent,      unsent,            amend_sending,  amend_sending,    amend_sending,  amend_sending),
    CorrectOffer:        (no_offer,    no_offer,          correct_offer,  correct_offer,    correct_offer,  no_offer),
    WithdrawOffer:       (no_offer,    no_offer,          withdraw_offer, withdraw_offer,   withdraw_offer, no_offer),
    Merge:               (end,         end,               end,            end,              end,            note_late),
    Absorb:              (absorb,      absorb,            absorb,         absorb,           absorb,         ended),
    KeepApart:           (keep_apart,  keep_apart,        keep_apart,     keep_apart,       keep_apart,     nothing),
    RevokeLink:          (unsent,      unsent,            revoke_link,    revoke_link,      revoke_link,    revoke_link),
}
# fmt: on

TABLE: Mapping[tuple[State, type[Asked]], Handler] = {
    (state, command): row[min(place, 5)] for command, row in _GRID.items() for place, state in enumerate(State)
}
"""Every state × every command: there is no hole to fall through."""
