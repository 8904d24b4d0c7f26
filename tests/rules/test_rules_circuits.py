"""Worked examples of the rulesets of circuit series: what the texts and reports say, in small races."""

from rxscore import api
from rxscore.events import FeatBy, FeatRecorded
from rxscore.scoring import advancing
from worked_examples import DAY, points, season


def test_tcr_europe_2020_as_printed_for_jarama() -> None:
    order = [
        "filippi", "bennani", "briche", "azcona", "baert", "backman", "coronel", "girolami", "clairet",
        "davidovski", "-", "homola", "lloyd",
    ]  # fmt: skip
    found = points(season("tcr-europe/2020", "2020", [{"R2": order}]))
    assert [found[name] for name in ("filippi", "bennani", "briche", "azcona", "baert", "backman")] == [
        40, 35, 30, 27, 24, 21,
    ]  # fmt: skip
    assert (found["homola"], found["lloyd"]) == (7, 5)


def test_tcr_europe_a_meeting_is_worth_85_points_in_2019_and_90_in_2020() -> None:
    clean_sweep = [{"Q": ["a", "b"], "R1": ["a", "b"], "R2": ["a", "b"]}]
    assert points(season("tcr-europe/2019", "2019", clean_sweep))["a"] == 85
    assert points(season("tcr-europe/2020", "2020", clean_sweep))["a"] == 90


def test_tcr_europe_2018_gives_25_points_for_a_win() -> None:
    assert points(season("tcr-europe/2018", "2018", [{"R1": ["a", "b"]}]))["a"] == 25


def test_tcr_europe_2019_two_best_cars_score_for_a_team() -> None:
    # 234 points were open to a team after race 1 at Barcelona: race 2, and Monza with its qualifying.
    book = api.ruleset("tcr-europe/2019", "2019")
    race, qualifying = (book.scales[name].places for name in ("race", "qualifying"))
    assert book.standing("teams").cars == 2
    assert 3 * (race[0] + race[1]) + qualifying[0] + qualifying[1] == 234  # type: ignore[operator]


def test_stcc_2018_no_total_is_known_where_no_scale_is() -> None:
    table = season("stcc/2018", "2018", [{"R1": ["a", "b"]}], classes={"b": "JTCC"}).table("juniors")
    assert [(row.competitor, row.points, row.open) for row in table.rows] == [("b", 0, True)]


def test_gt4_european_2023_leads_by_25_before_and_by_16_after_race_1_at_barcelona() -> None:
    # Lariche and Consani second in the Silver class, Schrey and Piana sixth in it and on pole for race 2. For sixth,
    # one more of those ahead than the one known must have been of another class; which one is not printed.
    order = ["emson", "consani", "leclerc", "mitchell", "potty", "weyrich", "cauhaupe", "schrey"]
    pole = FeatRecorded(id="pole", known=DAY, round=1, feat="pole", session="R2", rows=(FeatBy("schrey"),))
    classes = dict.fromkeys(order, "Silver") | {"leclerc": "Pro-Am", "cauhaupe": "Pro-Am"}
    found = points(
        season(
            "gt4-european/2023", "2023", [{"R1": order}], classes=classes, feats=[pole],
            crews={"schrey": ("Schrey", "Piana"), "consani": ("Consani", "Lariche")},
        ),
        "silver",
    )  # fmt: skip
    assert found["Consani"] == found["Lariche"] == 18
    assert found["Schrey"] == found["Piana"] == 8 + 1
    assert 25 - found["Consani"] + found["Schrey"] == 16


def test_gt4_european_2023_guests_are_passed_over() -> None:
    classes = dict.fromkeys("abc", "Silver")
    found = points(
        season("gt4-european/2023", "2023", [{"R1": ["a", "b", "c"]}], classes=classes, guests=["a"]), "silver"
    )
    assert found == {"b": 25, "c": 18}


def test_adac_gt4_2023_a_driver_keeps_his_points_when_his_partner_changes() -> None:
    found = points(
        season(
            "adac-gt4/2023", "2023", [{"R1": ["x", "y"]}, {"R1": ["z", "y"]}],
            crews={"x": ("Bulatov", "Lenerz"), "z": ("Bulatov", "de Fulgencio"), "y": ("Jahn", "Fittje")},
        )
    )  # fmt: skip
    assert found == {"Bulatov": 50, "Lenerz": 25, "de Fulgencio": 25, "Jahn": 40, "Fittje": 40}


def test_24h_series_2015_scores_by_class_and_drops_one() -> None:
    classes = {"a": "A6", "b": "A6", "p": "GT4", "q": "GT4"}
    scored = season(
        "24h-series/2015", "2015",
        [{"24H": ["a", "p", "b", ("q", "DNF")]}, *[{"12H": ["b", "q", "a", "p"]}] * 5],
        classes=classes,
    )  # fmt: skip
    # Each class has its own first place, wherever it is in the race; one of six results is left out.
    assert points(scored) == {"a": 30 + 4 * 18, "b": 27 + 4 * 20, "p": 30 + 4 * 18, "q": 27 + 4 * 20}
    row = scored.table("drivers").row("b")
    assert row is not None
    assert row.gross == 27 + 5 * 20


def test_24h_series_2015_of_two_cars_only_the_better_scores() -> None:
    scored = season(
        "24h-series/2015", "2015", [{"24H": ["a", "b"]}], classes={"a": "A6", "b": "A6"},
        crews={"a": ("anna", "bo"), "b": ("anna", "cleo")},
    )  # fmt: skip
    assert points(scored) == {"anna": 30, "bo": 30, "cleo": 27}


def test_24h_series_2022_has_no_points_that_a_source_tells() -> None:
    table = season("24h-series/2022", "2022", [{"12H": ["a", "b"]}], classes={"a": "GT3", "b": "GT3"}).table("drivers")
    assert [(row.points, row.open) for row in table.rows] == [(0, True), (0, True)]


def finalists(rules: str, year: str, sessions: dict[str, str]) -> set[str]:
    """Who is let into the final by all that was run before it."""
    scored = season(rules, year, [{session: list(order) for session, order in sessions.items()}])
    stages = scored.rounds[0].stages
    found: set[str] = set()
    for stage in scored.ruleset.stages:
        for advance in stage.advance:
            if "F" in advance.to and stage.id in stages:
                through = advancing(stage, advance, stages, scored.ruleset)
                assert through is not None
                found.update(through["F"])
    return found


def test_nitrocross_2021_has_a_final_of_ten_in_the_first_rounds_and_of_eight_in_the_others() -> None:
    heats = {"H1": "abcdefgh", "H2": "ijklmnop"}
    opening = {**heats, "SF1": "cdefgh", "SF2": "klmnop", "LCQ1": "emfngohp"}
    assert finalists("nitrocross/2021-opening", "2021", opening) == set("abijcdklem")
    later = {**heats, "SF1": "bcdefgh", "SF2": "jklmnop", "LCQ1": "defgh", "LCQ2": "lmnop"}
    assert finalists("nitrocross/2021", "2021", later) == set("aibcjkdl")


def test_extreme_e_2021_has_a_final_of_three_then_of_four_then_of_five() -> None:
    first = {"SF1": "abc", "CRAZY": "def", "SHOOTOUT": "ghi"}
    assert finalists("extreme-e/2021-desert", "2021", first) == set("abd")
    second = {"SF1": "abc", "SF2": "def", "SHOOTOUT": "ghi"}
    assert finalists("extreme-e/2021-ocean", "2021", second) == set("abde")
    later = {"SF1": "aef", "SF2": "bcd", "CRAZY": "ghi"}
    assert finalists("extreme-e/2021", "2021", later) == set("aebcg")


def test_extreme_e_2021_scores_where_a_weekend_ended() -> None:
    rounds = [{"SF1": list("abc"), "CRAZY": list("def"), "SHOOTOUT": list("ghi"), "F": list("bda")}]
    scored = season("extreme-e/2021-desert", "2021", rounds)
    order = [row.entry for row in scored.rounds[0].stages["race"].rows]
    assert order == list("bdacefghi")
    assert [points(scored)[name] for name in order] == [25, 19, 18, 15, 12, 10, 8, 6, 4]


def test_extreme_e_2023_gives_the_best_five_of_the_heats_the_final() -> None:
    heats = {"Q1#1": list("abcde"), "Q1#2": list("fghij"), "Q2#1": list("agchi"), "Q2#2": list("fbjde")}
    rounds = [{**heats, "F": list("fabgc"), "RR": ["j", "h", "d", "i", ("e", "DNF")]}]
    scored = season("extreme-e/2023", "2023", rounds)
    after = {row.entry: row.score for row in scored.rounds[0].stages["intermediate"].rows}
    assert after == {"a": 20, "f": 20, "b": 16, "g": 16, "c": 12, "h": 10, "d": 8, "j": 8, "i": 6, "e": 4}
    found = points(scored)
    assert [found[name] for name in "fabgcjhdie"] == [25, 18, 15, 12, 10, 8, 6, 4, 2, 1]
