# ruff: noqa: E501 - a mistake and its message stand on one line
"""Rulesets that are wrong: every mistake at once, each with file, line and key, and what is allowed."""

from typing import Any

import pytest

from rxscore.problems import Problem, UserError
from rxscore.rulesets import Source, read
from season_text import HEATS, RACE, mistakes, rules

HEAD = 'title = "A club"\nseries = "club"\nseasons = "any"\nwinner = "race"\n'
STAGES = '[[stages]]\nid = "race"\nsessions = ["R1"]\n'
STANDINGS = '[[standings]]\nid = "drivers"\n'


def found(text: str) -> list[str]:
    """What is wrong with a whole file, as it is printed."""
    with pytest.raises(UserError) as error:
        read("club", "2024", lambda _: Source("club.toml", text))
    return [str(problem) for problem in error.value.problems]


def test_a_file_that_is_not_toml() -> None:
    (problem,) = found("title = \n")
    assert problem.startswith("club.toml: this is not TOML: ")


def test_mistakes_stand_with_their_file_line_and_key() -> None:
    text = HEAD + STAGES + 'sesions = ["R2"]\nrank = "speed"\n' + STANDINGS + "counts = 3\n"
    assert found(text) == [
        "club.toml:9: stages.race.rank: 'speed' is not one of time, place",
        "club.toml:8: stages.race.sesions: unknown field; did you mean sessions?",
        "club.toml:12: standings.drivers.counts: a number where a list is expected",
    ]


def test_what_is_missing_is_said() -> None:
    assert found(STAGES + STANDINGS) == [
        "club.toml: title: missing",
        "club.toml: series: missing",
        "club.toml: seasons: missing",
        "club.toml: winner: missing",
    ]
    assert found(HEAD + "stages = [1]\n" + STANDINGS) == ["club.toml:5: stages.0: a number where an object is expected"]


def test_mistakes_of_meaning_stand_with_their_line() -> None:
    text = HEAD.replace("race", "final") + STAGES + STANDINGS
    assert found(text) == ["club.toml:4: winner: unknown stage 'final'; known: race"]
    nested = HEAD + STAGES + '[stages.award]\ndrivers = "finall"\n' + STANDINGS + "[scales]\nfinal = [1]\n"
    assert found(nested) == ["club.toml:9: stages.race.award.drivers: unknown scale 'finall'; did you mean final?"]


TEAMS = [{"id": "drivers"}, {"id": "teams", "of": "team", "points_of": "drivers"}]
"""Two standings, the second made of the first one's points."""


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        # scales, outcomes, lines
        ({"stages.race.award.drivers": "final"}, "stages.race.award.drivers: unknown scale 'final'; there are none"),
        ({"stages.race.award.drivers": {"scale": "final"}}, "stages.race.award.drivers.scale: unknown scale 'final'; there are none"),
        ({"stages.race.award.drivers": [1, "x"]}, "stages.race.award.drivers.scale: 'x' is not a number of points (write 8, 12.5 or \"25/3\"), or \"unknown\" for points that no source tells"),
        ({"stages.race.award.drivers": {"scale": [1], "dnf": "lots"}}, "stages.race.award.drivers.dnf: 'lots' is not understood (write a number of points, \"place\", \"entries + 1\", \"last + 1\" (places), \"last - 5\" (points) or \"unknown\")"),
        ({"stages.race.award.drivers": {"scale": {"then": "up"}}}, "stages.race.award.drivers.scale.then: 'up' is not a line over places (write \"44 - place\" or \"place + 5\")"),
        # stages
        ({"stages.race.total": ["race"]}, "stages.race: a stage has exactly one of sessions, total and follow; this has sessions and total"),
        ({"stages.race.sessions": []}, "stages.race: a stage has exactly one of sessions, total and follow; this has none"),
        ({"stages.race.follow": ["other"]}, "stages.race.follow: unknown stage 'other'; known: race"),
        ({"stages.race.ties": ["goals"]}, "stages.race.ties.0: unknown tie step 'goals'; known: "),
        ({"stages.race.ties": [3]}, "stages.race.ties.0: text is expected, not 3"),
        ({"stages.race.ties": ["place"]}, "stages.race.ties.0: 'place' does not say in what: write \"place in STAGE\""),
        ({"stages.race.ties": ["event wins"]}, "stages.race.ties: 'event wins' does not fit here; did you mean points?"),
        ({"stages.race.ties": ["place in heat"]}, "stages.race.ties: unknown stage or session 'heat'; known: R1, race"),
        ({"stages.race.advance": [{"to": ["F"], "best": 1}]}, "stages.race.advance.0.to: unknown session 'F'; known: R1, race"),
        ({"stages.race.advance": [{"to": ["R1"]}]}, "stages.race.advance.0: exactly one of best, from_each and places says who goes on"),
        ({"stages.race.advance": [{"to": ["R1"], "best": 1, "from_each": 1}]}, "stages.race.advance.0: exactly one of best, from_each and places says who goes on"),
        ({"stages.race.advance": [{"to": ["R1"], "best": 1, "plus": 1, "plus_by": "heat"}]}, "stages.race.advance.0.plus_by: unknown stage or session 'heat'; known: R1, race, time"),
        # awards
        ({"stages.race.award": {"teams": [1]}}, "stages.race.award.teams: unknown standing 'teams'; known: drivers"),
        ({"stages.race.award.drivers": {}}, "stages.race.award.drivers: exactly one of scale, by_starters and function says what is dealt"),
        ({"stages.race.award.drivers": {"scale": [1], "function": "f"}}, "stages.race.award.drivers: exactly one of scale, by_starters and function says what is dealt"),
        ({"stages.race.award.drivers": {"scale": [1], "if_classified": "final"}}, "stages.race.award.drivers.if_classified: unknown stage 'final'; known: race"),
        # standings
        ({"standings.drivers.points_of": "teams"}, "standings.drivers.points_of: unknown standing 'teams'; known: drivers"),
        ({"standings.drivers.points_of": "drivers"}, "standings.drivers.points_of: a standing cannot be fed by itself"),
        ({"standings": TEAMS, "stages.race.award.teams": [1]}, "stages.race.award.teams: 'teams' adds up the points of 'drivers': what is dealt here is lost"),
        ({"standings": [*TEAMS, {"id": "makes", "points_of": "teams"}]}, "standings.makes.points_of: 'teams' adds up the points of 'drivers' itself: name 'drivers'"),
        ({"stages.race.ties": ["countback in race"]}, "stages.race.ties: 'countback' looks at nothing but what is ranked here: leave out 'in race'"),
        ({"standings.drivers.ties": ["gross points in race"]}, "standings.drivers.ties: 'gross points' looks at nothing but what is ranked here: leave out 'in race'"),
        ({"standings.drivers.ties": ["latest time"]}, "standings.drivers.ties: 'latest time' does not fit here; did you mean latest round?"),
        ({"standings.drivers.ties": ["wins in heats"]}, "standings.drivers.ties: unknown stage or session 'heats'; known: R1, race"),
        ({"standings.drivers.counts": [{"best": 1, "drop": 1}]}, "standings.drivers.counts.0: exactly one of best, drop and best_of says how many scores count"),
        ({"standings.drivers.counts": [{}]}, "standings.drivers.counts.0: exactly one of best, drop and best_of says how many scores count"),
        ({"standings.drivers.counts": [{"best": 1, "half": 1, "first": 2}]}, "standings.drivers.counts.0: half and first/last both say which rounds are meant"),
        ({"standings.drivers.counts": [{"best": 1, "stages": ["heat"]}]}, "standings.drivers.counts.0.stages: unknown stage 'heat'; known: race"),
        ({"standings.drivers.appears_in": ["heat"]}, "standings.drivers.appears_in: unknown stage 'heat'; known: race"),
        # the rest
        ({"winner": "final"}, "winner: unknown stage 'final'; known: race"),
        ({"seasons": "2014 to 2021"}, "seasons: '2014 to 2021' is not a span of seasons (write 2016, 2014-2021, 2022- or any)"),
        ({"bonuses": [{"id": "b", "feat": "pole", "award": {"teams": 1}}]}, "bonuses.b.award.teams: unknown standing 'teams'; known: drivers"),
        ({"bonuses": [{"id": "b", "feat": "pole", "award": {"drivers": 1}, "classified": 0}]}, "bonuses.b.stage: unknown stage ''; known: race"),
        ({"bonuses": [{"id": "b", "feat": "pole", "award": {"drivers": 1}, "stage": "final"}]}, "bonuses.b.stage: unknown stage 'final'; known: race"),
        ({"standings": TEAMS, "bonuses": [{"id": "b", "feat": "pole", "award": {"teams": 1}}]}, "bonuses.b.award.teams: 'teams' adds up the points of 'drivers': what is dealt here is lost"),
        ({"shortened": [{"stages": ["race"], "factor": 1, "standings": ["teams"]}]}, "shortened.0.standings: unknown standing 'teams'; known: drivers"),
        ({"multipliers": [{"factor": 2, "last": 1, "standings": ["teams"]}]}, "multipliers.0.standings: unknown standing 'teams'; known: drivers"),
        ({"shortened": [{"stages": ["final"], "factor": 0.5}]}, "shortened.0.stages: unknown stage 'final'; known: race"),
        ({"shortened": [{"stages": ["race"]}]}, "shortened.0: exactly one of factor and scale says what becomes of the points"),
        ({"shortened": [{"stages": ["race"], "factor": 1, "scale": [1]}]}, "shortened.0: exactly one of factor and scale says what becomes of the points"),
        ({"multipliers": [{"factor": 2}]}, "multipliers.0: exactly one of rounds and last says which rounds are meant"),
        ({"multipliers": [{"factor": 2, "rounds": [1], "last": 1}]}, "multipliers.0: exactly one of rounds and last says which rounds are meant"),
        ({"stages.race.award": 3}, "stages.race.award: a number where an object is expected"),
        ({"scales": 3}, "scales: a number where an object is expected"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(edits: dict[str, Any], message: str) -> None:
    printed = mistakes(RACE, edits)
    assert any(
        line.startswith(f"{key}: with the values set, {rest}")
        for key, rest in [message.split(": ", 1)]
        for line in printed
    ), printed


def test_a_stage_fed_by_a_later_one() -> None:
    book = {"stages.heats.total": ["final"], "stages.heats.sessions": []}
    assert (
        "stages.heats.total: with the values set, is fed by 'final', which comes later (or is the stage itself)"
        in mistakes(HEATS, book)
    )
    itself = mistakes(HEATS, {"stages.ranking.total": ["ranking"]})
    assert itself == [
        "stages.ranking.total: with the values set, is fed by 'ranking', which comes later (or is the stage itself)"
    ]


def test_a_total_adds_up_scores_or_times() -> None:
    no_score = HEATS.replace('score = { scale = [50, 45, 42, 40, 39], dnf = "entries + 1" }\n', "")
    assert mistakes(no_score) == ["club.toml:14: stages.ranking.total: stage 'heats' has no score to add up"]
    assert (
        rules(no_score, {}).stages
        if False
        else rules(no_score.replace('total = ["heats"]', 'total = ["heats"]\nby = "time"')).stages
    )


def test_ids_are_used_once_and_a_session_belongs_to_one_stage() -> None:
    twice = (
        HEAD
        + STAGES
        + STAGES
        + STANDINGS
        + STANDINGS
        + '[[bonuses]]\nid = "b"\nfeat = "f"\naward = { drivers = 1 }\n' * 2
    )
    assert found(twice) == [
        "club.toml:6: stages.race: the id 'race' is used twice",
        "club.toml:12: standings.drivers: the id 'drivers' is used twice",
        "club.toml:16: bonuses.b: the id 'b' is used twice",
    ]
    shared = HEAD + STAGES + STAGES.replace("race", "sprint") + STANDINGS
    assert found(shared) == ["club.toml:10: stages.sprint.sessions: session 'R1' belongs to stage 'race' already"]


# --- files that build on others --------------------------------------------------------------


def read_of(files: dict[str, str], name: str = "a", season: str = "2024") -> list[str]:
    def find(wanted: str) -> Source:
        if wanted not in files:
            raise UserError(Problem(f"there is no ruleset {wanted!r}"))
        return Source(f"{wanted}.toml", files[wanted])

    with pytest.raises(UserError) as error:
        read(name, season, find)
    return [str(problem) for problem in error.value.problems]


def test_a_loop_of_bases() -> None:
    loop = {"a": 'extends = "b"\n', "b": 'extends = "a"\n'}
    assert read_of(loop) == ["a.toml: extends leads back to itself: a > b > a"]


def test_a_base_that_is_missing_or_no_name() -> None:
    assert read_of({"a": 'extends = "b"\n'}) == ["there is no ruleset 'b'"]
    assert read_of({"a": "\nextends = 3\n"}) == ["a.toml:2: extends: the name of one ruleset is expected"]


def test_a_mistake_in_a_base_stands_in_the_base() -> None:
    base = HEAD + STAGES + STANDINGS + 'order = "up"\n'
    assert read_of({"a": 'extends = "b"\ntitle = "Mine"\n', "b": base}) == [
        "b.toml:10: standings.drivers.order: 'up' is not one of high, low"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("changes = 3\n", "a.toml:2: changes: a list of tables is expected: [[changes]]"),
        ("changes = [3]\n", "a.toml:2: changes: a list of tables is expected: [[changes]]"),
        ("\n[[changes]]\ntitle = 'x'\n", 'a.toml:3: changes.0: a change says for which seasons: seasons = "1967-1978"'),
        (
            "[[changes]]\nseasons = '67'\n",
            "a.toml:3: changes.0.seasons: '67' is not a span of seasons (write 2016, 2014-2021, 2022- or any)",
        ),
        (
            "[[changes]]\nseasons = 'any'\nremove = ['titel']\n",
            "a.toml:4: changes.0.remove: there is no 'titel' to remove; did you mean title?",
        ),
        ("remove = ['scales.final']\n", "a.toml:2: remove: there is no 'scales.final' to remove; known: "),
    ],
)
def test_changes_that_cannot_be_laid_over(text: str, message: str) -> None:
    files = {"a": 'extends = "b"\n' + text, "b": HEAD + STAGES + STANDINGS + "[scales]\nheat = [1]\n"}
    (problem,) = read_of(files)
    assert problem.startswith(message)


# --- values set by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("stagez.race.rank", "time", "stagez.race.rank: there is no 'stagez'; did you mean stages?"),
        ("stages.rase.rank", "time", "stages.rase.rank: there is no 'rase'; did you mean race?"),
        ("stages.race.award.drivers.9", 1, "stages.race.award.drivers.9: there is no '9'; there are none"),
        ("title.x", 1, "title.x: there is no 'x'; there are none"),
        ("stages.race.score", None, "stages.race.score: there is no 'score'; known: award, id, sessions"),
        ("scales.finl", [1], "scales.finl: there is no 'scales'; did you mean stages?"),
        ("seasons", "x", "seasons: with the values set, 'x' is not a span of seasons (write 2016, 2014-2021, 2022- or any)"),
    ],
)  # fmt: skip
def test_a_key_that_leads_nowhere(key: str, value: object, message: str) -> None:
    assert mistakes(RACE, {key: value}) == [message]


def test_a_scale_that_nothing_speaks_of() -> None:
    text = RACE.replace("[10, 6, 4, 3, 2, 1]", '"final"') + "scales.final = [3, 2, 1]\n"
    assert mistakes(text, {"scales.finl": [9]}) == [
        "scales.finl: no clause uses a scale of this name; did you mean final?"
    ]
    assert rules(text, {"scales.final": [9]}).stages[0].award["drivers"].scale.at(1) == 9  # type: ignore[union-attr]
    both = {"scales.new": [7], "stages.race.award.drivers": {"by_starters": [{"least": 1, "scale": "new"}]}}
    assert rules(text, both).stages[0].award["drivers"].by_starters[0].scale.at(1) == 7


def test_a_file_that_is_wrong_comes_before_the_values_set() -> None:
    assert mistakes(RACE.replace('winner = "race"', 'winner = "x"'), {"seasons": "y"}) == [
        "club.toml:5: winner: unknown stage 'x'; known: race"
    ]
