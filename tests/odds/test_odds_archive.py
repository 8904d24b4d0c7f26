"""Odds of every table of every shipped season: what there is none of, and why, is what docs/odds.md says."""

import pytest

from rxscore import catalog, open_season
from rxscore.odds.check import confirmed
from rxscore.odds.forecast import Prospects, by_results
from rxscore.odds.seasons import Seasons
from rxscore.problems import UserError
from rxscore.title.tally import Outlook

POINTS = "some places are worth points that no source tells"
STARTERS = "does not follow from the rules"
SCORES = "scores that no source tells"
REFUSED = {
    ("eurorx/super1600-2011", "drivers"): SCORES,
    ("eurorx/super1600-2012", "drivers"): SCORES,
    ("eurorx/supercar-2011", "drivers"): SCORES,
    ("eurorx/supercar-2013", "drivers"): POINTS,
    ("extreme-e/2021", "teams"): STARTERS,
    ("extreme-e/2021", "drivers"): STARTERS,
    ("extreme-e/2023", "teams"): "how many races",
    ("extreme-e/2023", "drivers"): "how many races",
    ("gt4-european/2023", "am"): "nobody is entered who scores",
    ("karting/2014-kz", "drivers"): POINTS,
    ("karting/2014-kz2", "drivers"): POINTS,
    ("karting/2016-kz2", "drivers"): STARTERS,
    ("karting/2016-ok", "drivers"): STARTERS,
    ("karting/2016-ok-junior", "drivers"): STARTERS,
    ("nitrocross/2021", "drivers"): POINTS,
    ("nitrocross/2022-23", "drivers"): STARTERS,
    ("nitrocross/2023-24", "drivers"): STARTERS,
    ("stcc/2022", "drivers"): POINTS,
    ("worldrx/2022", "drivers"): STARTERS,
    ("worldrx/2022", "teams"): STARTERS,
    ("worldrx/2023", "teams"): "nobody is entered who scores",
    ("worldrx/2024", "drivers"): POINTS,
    ("worldrx/2024", "teams"): POINTS,
    ("worldrx/2025", "drivers"): POINTS,
    ("worldrx/2025", "teams"): POINTS,
}


def refusal(here: Outlook) -> str:
    """Why there are no odds; nothing, if there are."""
    try:
        confirmed(Seasons(here, by_results(here)), 0)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", sorted(catalog.logs()))
def test_what_is_refused_is_known(name: str) -> None:
    opened = open_season(name)
    held = [number for number in opened.season.numbers if opened.season.rounds[number].held]
    for standing in opened.rules.season.standings if len(held) > 1 else ():
        here = Prospects(opened.season, opened.rules, standing).outlook(held[-3] if len(held) > 2 else held[0])
        why = REFUSED.get((name, standing.id))
        said = refusal(here)
        assert why in said if why is not None else said == "", (standing.id, said)
