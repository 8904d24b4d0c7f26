"""Over a whole season: after which round who was certain, and after which round out of it."""

from collections.abc import Callable, Sequence

from attrs import frozen

from rxscore.title.chances import Prospects, Status


@frozen
class Line:
    """One competitor's season: what was certain after each round.

    ``settled``: how it ended, ``after``: the round since which that was so; None while it is open.
    """

    competitor: str
    statuses: tuple[Status, ...]
    settled: Status | None
    after: int | None


def timeline(
    prospects: Prospects,
    numbers: Sequence[int],
    position: int = 1,
    *,
    seconds: float = 10.0,
    done: Callable[[], None] = lambda: None,
) -> list[Line]:
    """What was certain after each of the rounds, for everybody. ``done``: called after each."""
    after: list[dict[str, Status]] = []
    for number in numbers:
        chances = prospects.chances(number, position, seconds=seconds)
        after.append({one.competitor: one.status for one in chances.verdicts})
        done()
    names = sorted({name for statuses in after for name in statuses})
    lines = [_line(name, [statuses.get(name, "eliminated") for statuses in after], numbers) for name in names]
    return sorted(lines, key=lambda line: (line.settled != "clinched", -_in_it(line), line.competitor))


def _line(name: str, statuses: Sequence[Status], numbers: Sequence[int]) -> Line:
    final = statuses[-1]
    if final not in ("clinched", "eliminated"):
        return Line(name, tuple(statuses), None, None)
    # A ruling can bring somebody back; what counts is since when it has stayed so.
    since = next(number for index, number in enumerate(numbers) if all(status == final for status in statuses[index:]))
    return Line(name, tuple(statuses), final, since)


def _in_it(line: Line) -> int:
    return max((index for index, status in enumerate(line.statuses) if status != "eliminated"), default=-1)
