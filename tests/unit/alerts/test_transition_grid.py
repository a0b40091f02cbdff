"""The state machine once more, as people agreed on it: what each command does in each state, in a word."""

from __future__ import annotations

import pytest

from services.alerts.rules import commands
from services.alerts.rules.commands import Asked
from services.alerts.rules.facts import State
from services.alerts.rules.transitions import TABLE

AGREED = """
command              raised            acknowledged       transmitted       offer_registered  broadcast         end
Raise                nothing           nothing            nothing           nothing           nothing           nothing
Fire                 nothing           nothing            nothing           nothing           nothing           nothing
Acknowledge          acknowledge       acknowledge_again  nothing           nothing           nothing           note_late
Transmit             transmit          transmit           send_again        nothing           nothing           note_late
ReturnOffer          receive           receive            receive           receive           receive           receive_late
Broadcast            unready           unready            insist            broadcast         broadcast_more    unready
Fill                 end               end                end               end               end               note_late
Close                end               end                end               end               end               note_late
Cancel               end               end                end               end               end               note_late
RejectAlert          end               end                end               end               end               note_late
Reopen               not_ended         not_ended          not_ended         not_ended         not_ended         reopen
CorrectTransmission  unsent            unsent             amend_sending     amend_sending     amend_sending     amend_sending
CorrectOffer         no_offer          no_offer           correct_offer     correct_offer     correct_offer     no_offer
WithdrawOffer        no_offer          no_offer           withdraw_offer    withdraw_offer    withdraw_offer    no_offer
Merge                end               end                end               end               end               note_late
Absorb               absorb            absorb             absorb            absorb            absorb            ended
KeepApart            keep_apart        keep_apart         keep_apart        keep_apart        keep_apart        nothing
RevokeLink           unsent            unsent             revoke_link       revoke_link       revoke_link       revoke_link
"""
ROWS = {row[0]: row[1:] for row in map(str.split, AGREED.strip().splitlines()[1:])}


@pytest.mark.parametrize("name", ROWS)
def test_each_command_does_in_each_state_what_was_agreed(name: str) -> None:
    """The last column is every end alike."""
    command: type[Asked] = getattr(commands, name)
    done = [TABLE[state, command].__name__ for state in State]
    assert done == [ROWS[name][min(place, 5)] for place in range(len(State))]


def test_nothing_else_can_be_asked() -> None:
    """A command that nobody has agreed on is none."""
    assert {command.__name__ for _, command in TABLE} == set(ROWS)
