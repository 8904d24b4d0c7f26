"""What was to be run in a round: its schedule, less what was annulled."""

from collections.abc import Sequence

from rxscore.rulesets import Stage
from rxscore.scoring.contests import voided
from rxscore.season import Round


def expected_sessions(round_: Round, sessions: Sequence[str]) -> tuple[str, ...]:
    """Those of the sessions that were to be run in a round, as scheduled; none, where no schedule is known."""
    scheduled = round_.scheduled
    planned = () if scheduled is None else scheduled.sessions
    return tuple(session for session in sessions if session in planned and not voided(round_, session, None))


def due(round_: Round, stage: Stage) -> bool:
    """Whether a stage of which nothing is told may have been run: it was not, unless the schedule says it was to be."""
    return not stage.sessions or bool(expected_sessions(round_, stage.sessions))


def left_out(round_: Round, stage: Stage) -> bool:
    """Whether it is known that a stage was not run: there is a schedule, and none of its sessions is in it."""
    scheduled = round_.scheduled
    planned = scheduled is not None and bool(scheduled.sessions)
    return bool(stage.sessions) and planned and not expected_sessions(round_, stage.sessions)
