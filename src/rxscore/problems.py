"""What is wrong with something a user gave us, said so that the user can mend it."""

from collections.abc import Iterable

from attrs import frozen

SHOWN = 50
"""How many mistakes of one file are shown; the others are counted."""


@frozen
class Problem:
    """One thing that is wrong: the file, the line and the field where known, and what is allowed instead."""

    message: str
    file: str = ""
    line: int | None = None
    field: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        return ": ".join(part for part in (place, self.field, self.message) if part)


class UserError(Exception):
    """The input cannot be used; ``problems`` says everything that is wrong with it.

    The command line prints the problems, one a line, and exits with status 2.
    """

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def capped(problems: Iterable[Problem], file: str) -> list[Problem]:
    """The first ``SHOWN`` problems of a file, and how many more there are: nobody reads seven hundred."""
    found = list(problems)
    return found if len(found) <= SHOWN else [*found[:SHOWN], Problem(f"... and {len(found) - SHOWN} more", file)]
