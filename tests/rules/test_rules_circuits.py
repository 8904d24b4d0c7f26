"""Worked examples of the rulesets of circuit series: what the texts and reports say, in small races."""

from rxscore import api
from rxscore.events import FeatBy, FeatRecorded
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
