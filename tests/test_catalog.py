from pathlib import Path

import pytest

from rxscore import catalog
from rxscore.problems import UserError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory, two folders of RXSCORE_PATH and what is shipped, each empty."""
    for name in ("here", "first", "second", "shipped"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("RXSCORE_PATH", f"{tmp_path / 'first'}{catalog.os.pathsep}{tmp_path / 'second'}")
    monkeypatch.setattr(catalog, "_shipped", lambda: tmp_path / "shipped")
    return tmp_path


def put(place, *files):
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(name)


def says(call, *arguments):
    with pytest.raises(UserError) as caught:
        call(*arguments)
    (problem,) = caught.value.problems
    return str(problem)


def test_the_nearest_folder_of_a_name_counts(place):
    places = ["here", "first", "second", "shipped"]
    put(place, *(f"{folder}/events/worldrx/2016.jsonl" for folder in places))
    for folder in places:
        file = place / folder / "events/worldrx/2016.jsonl"
        assert catalog.find_log("worldrx/2016").resolve() == file
        assert [path.resolve() for path in catalog.logs().values()] == [file]
        file.unlink()
    assert catalog.logs() == {}


def test_rulesets_are_found_alike(place):
    put(place, "first/rulesets/worldrx/2014-2016.toml", "second/events/worldrx/2016.jsonl")
    assert catalog.find_rules("worldrx/2014-2016") == place / "first/rulesets/worldrx/2014-2016.toml"
    assert list(catalog.rules()) == ["worldrx/2014-2016"]
    assert list(catalog.logs()) == ["worldrx/2016"]


@pytest.mark.parametrize("name", ["worldrx/2016", "worldrx/2016.jsonl", "worldrx\\2016", "worldrx\\2016.jsonl"])
def test_ways_of_writing_a_name(place, name):
    put(place, "first/events/worldrx/2016.jsonl")
    assert catalog.find_log(name) == place / "first/events/worldrx/2016.jsonl"


def test_a_file_that_exists_is_taken_as_it_is(place):
    put(place, "here/2016.txt", r"here/C:\logs\2016.jsonl", "here/worldrx/2016", "first/events/worldrx/2016.jsonl")
    assert catalog.find_log("2016.txt") == Path("2016.txt")
    assert catalog.find_log(r"C:\logs\2016.jsonl") == Path(r"C:\logs\2016.jsonl")
    assert catalog.find_log(str(place / "here/2016.txt")) == place / "here/2016.txt"
    assert catalog.find_log("worldrx/2016") == Path("worldrx/2016")


def test_a_folder_is_not_taken_for_a_log(place):
    put(place, "here/worldrx/x", "first/events/worldrx.jsonl")
    assert catalog.find_log("worldrx") == place / "first/events/worldrx.jsonl"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*", ["f1/1950", "f1/1951", "tcr/eu/2018", "worldrx/2016"]),
        ("f1/*", ["f1/1950", "f1/1951"]),
        ("f1\\*.jsonl", ["f1/1950", "f1/1951"]),
        ("*/19[5]0", ["f1/1950"]),
        ("tcr/*", ["tcr/eu/2018"]),
        ("F1/*", []),
    ],
)
def test_names_by_pattern(place, pattern, names):
    put(place, "first/events/worldrx/2016.jsonl", "shipped/events/tcr/eu/2018.jsonl", "shipped/events/notes.txt")
    put(place, "shipped/events/f1/1951.jsonl", "shipped/events/f1/1950.jsonl")
    assert list(catalog.logs(pattern)) == names


def test_an_unknown_name_with_the_nearest(place):
    put(place, "first/events/worldrx/2016.jsonl", "first/events/f1/1950.jsonl", "first/rulesets/f1/1950.toml")
    assert says(catalog.find_log, "worldrx/2061") == "there is no log 'worldrx/2061'; did you mean worldrx/2016?"
    assert says(catalog.find_log, "zzz") == "there is no log 'zzz'; known: f1/1950, worldrx/2016"
    assert says(catalog.find_rules, "f1/1951") == "there is no ruleset 'f1/1951'; did you mean f1/1950?"


def test_of_many_names_the_series_are_told(place):
    put(place, "here/events/club.jsonl", *(f"shipped/events/f1/{year}.jsonl" for year in range(1950, 1960)))
    put(place, "shipped/events/worldrx/2016.jsonl", *(f"shipped/rulesets/f1/{year}.toml" for year in range(1950, 1961)))
    said = "there is no log 'zzz'; known: club, f1/..., worldrx/...; rxscore archive lists them"
    assert says(catalog.find_log, "zzz") == said
    assert says(catalog.find_rules, "zzz") == "there is no ruleset 'zzz'; known: f1/...; rxscore rules list lists them"
    assert says(catalog.find_log, "f1/1960").startswith("there is no log 'f1/1960'; did you mean f1/19")


def test_no_logs_at_all(place):
    assert says(catalog.find_log, "f1/1950") == "there is no log 'f1/1950'; there are none"


def test_an_unknown_path_with_the_nearest_beside_it(place):
    put(place, "here/seasons/2016.jsonl")
    said = "seasons/2061.jsonl: there is no such file; did you mean 2016.jsonl?"
    assert says(catalog.find_log, "seasons/2061.jsonl") == said


@pytest.mark.parametrize("name", ["../secret", "../secret.jsonl", "worldrx/../../secret", "", "x" * 5000])
def test_a_name_stays_inside_its_folder(place, name):
    put(place, "first/secret.jsonl", "first/events/worldrx/2016.jsonl")
    assert "there is no log" in says(catalog.find_log, name)


def test_a_ruleset_lies_beside_a_log_where_nothing_else_has_its_name(place):
    put(place, "club/my.toml", "club/worldrx/2016.toml", "shipped/rulesets/worldrx/2016.toml")
    club = place / "club"
    assert catalog.find_rules("my.toml", club) == club / "my.toml"
    assert catalog.find_rules("worldrx/2016.toml", club) == place / "shipped/rulesets/worldrx/2016.toml"
    assert says(catalog.find_rules, "my", club) == "there is no ruleset 'my'; known: worldrx/2016"
    missing = f"{club / 'mine.toml'}: there is no such file; did you mean my.toml?"
    assert says(catalog.find_rules, "mine.toml", club) == missing
    put(place, "here/my.toml")
    assert catalog.find_rules("my.toml", club) == Path("my.toml")


def test_a_folder_is_no_log_and_a_file_needs_its_folder(place):
    put(place, "here/seasons/2016.jsonl")
    assert says(catalog.find_log, "seasons") == (
        "seasons: this is a folder, and a log is a file; name one of the files in it"
    )
    assert says(catalog.find_log, ".") == ".: this is a folder, and a log is a file"
    missing = "saesons/2016.jsonl: there is no such file, for there is no folder saesons"
    assert says(catalog.find_log, "saesons/2016.jsonl") == missing


def test_an_absolute_name_is_only_a_path(place):
    put(place, "first/events/worldrx/2016.jsonl")
    assert "there is no log" in says(catalog.find_log, str(place / "first/events/worldrx/2016"))


def test_without_a_path_only_here_and_what_is_shipped(place, monkeypatch):
    monkeypatch.delenv("RXSCORE_PATH")
    put(place, "first/events/a.jsonl", "here/events/b.jsonl", "shipped/events/c.jsonl")
    assert list(catalog.logs()) == ["b", "c"]


def test_what_is_shipped_is_in_the_package_or_in_the_checkout_around_it(tmp_path, monkeypatch):
    package = tmp_path / "src" / "rxscore"
    package.mkdir(parents=True)
    monkeypatch.setattr(catalog, "__file__", str(package / "catalog.py"))
    assert catalog._shipped() == tmp_path
    (package / "shipped").mkdir()
    assert catalog._shipped() == package / "shipped"
