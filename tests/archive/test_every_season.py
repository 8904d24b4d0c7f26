"""Every season that is shipped can be asked every question: the answer is one, or says why there is none."""

import pytest

from golden import run
from rxscore import catalog, open_season

SEASONS = sorted(catalog.logs())


@pytest.mark.parametrize("name", SEASONS)
@pytest.mark.parametrize(
    "question",
    [("crown",), ("sensitivity", "--scales", "10"), ("what-if", "--drop-round", "1"), ("title", "--after", "{last}"),
     ("needs", "{someone}"), ("odds", "--after", "{early}", "--simulations", "1000")],
    ids=lambda question: question[0],
)  # fmt: skip
def test_it_has_an_answer(name: str, question: tuple[str, ...]) -> None:
    opened = open_season(name)
    numbers = [one.number for one in opened.scored().rounds]
    rows = opened.scored().table(opened.rules.season.standings[0].id).rows
    given = {"last": numbers[-1], "early": numbers[-2] if len(numbers) > 1 else numbers[-1],
             "someone": rows[0].competitor if rows else opened.season.registered[0]}  # fmt: skip
    command, *options = (part.format(**given) for part in question)
    out, err, status = run(command, name, *options)
    assert status in (0, 2)
    assert (out if status == 0 else err).strip()
    assert status == 0 or err.startswith("rxscore")
