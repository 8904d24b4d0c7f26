"""Charts: names that can be read, kinds of files, and what is said before the work rather than after it."""

import json
import re
import struct
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden import run
from rxscore import charts
from rxscore.problems import UserError

COMMANDS = (
    ("standings", "worldrx/2016"),
    ("title", "worldrx/2016"),
    ("odds", "worldrx/2016"),
    ("odds", "worldrx/2016", "--backtest"),
    ("sensitivity", "worldrx/2016"),
)


def many(number: int) -> list[charts.Series]:
    return [charts.Series(f"Jäger-Väisänen {index}", (0.0, index / 3, None)) for index in range(number)]


def labels(chart: Any) -> list[dict[str, Any]]:
    """Where the names are written at the ends of the lines."""
    layers = (chart if isinstance(chart, dict) else chart.to_dict())["layer"]
    return next(layer["data"]["values"] for layer in layers if layer["mark"]["type"] == "text")


def test_names_at_the_ends_of_twenty_five_lines_do_not_lie_on_each_other() -> None:
    chart = charts.lines("Title", "", (1, 2, 3), many(25), "points")
    height, (low, high) = chart.to_dict()["height"], (0.0, 8.0)
    at = sorted((one["label_at"] - low) / (high - low) * height for one in labels(chart))
    assert len(at) == 25
    assert all(above - below >= charts.LINE - 1e-6 for below, above in pairwise(at))
    assert at[0] >= -1e-6
    assert at[-1] <= height + 1e-6


def test_a_line_ends_where_it_is_last_known() -> None:
    (end,) = labels(charts.lines("", "", (1, 2, 3), [charts.Series("A", (1.0, 2.0, None), "≥2")], "points"))
    assert (end["round"], end["value"], end["label"]) == (2, 2.0, "A  ≥2")


def test_two_of_one_name_keep_a_line_each_and_long_names_are_cut() -> None:
    series = [charts.Series(name, (1.0,)) for name in ("Hansen", "Hansen", "x" * 50)]
    names = [one["name"] for one in labels(charts.lines("", "", (1,), series, "points"))]
    assert names == ["Hansen", "Hansen (2)", "x" * 35 + "…"]


def test_the_first_lines_have_colours_of_their_own() -> None:
    chart = charts.lines("", "", (1, 2, 3), many(12), "points").to_dict()
    scale = chart["layer"][0]["encoding"]["color"]["scale"]
    assert len(set(scale["range"][:10])) == 10
    assert scale["range"][10:] == [charts.GREY] * 2


@given(st.lists(st.floats(0, 300), max_size=30))
def test_places_are_apart_and_in_order(wanted: list[float]) -> None:
    found = charts.apart(wanted, 10, 300)
    assert len(found) == len(wanted)
    ordered = sorted(range(len(wanted)), key=lambda index: wanted[index])
    assert all(found[after] - found[before] >= 10 - 1e-6 for before, after in pairwise(ordered))
    if len(wanted) <= 31:
        assert all(-1e-6 <= at <= 300 + 1e-6 for at in found)


def test_places_with_room_are_where_they_are_wanted() -> None:
    assert charts.apart([50, 10, 90], 10, 100) == [50, 10, 90]
    assert charts.apart([50, 50], 10, 100) == [45, 55]
    assert charts.apart([0, 0, 100], 10, 100) == [0, 10, 100]


@pytest.mark.parametrize(
    "chart",
    [
        charts.lines("T", "s", (1, 2, 3), many(3), "points"),
        charts.bars("T", "s", [charts.Bar("Ä", 0.4, 0.3, 0.5, "40%"), charts.Bar("B", 0.6)], "chance"),
        charts.bars("T", "", [charts.Bar("Ä", 0.4, kind="x"), charts.Bar("Ä", 0.6, kind="y")], "share"),
        charts.fields("T", "", (1, 2), [("Ä", ("in", "out"))], {"in": "#000000", "out": "#ffffff"}),
        charts.reliability("T", "", [charts.Mark(0.1, 0.2, 0.1, 0.3, 12)]),
    ],
    ids=["lines", "bars", "bars of two kinds", "fields", "reliability"],
)
def test_every_kind_is_drawn_as_every_kind_of_file(chart: object, tmp_path: Path) -> None:
    for suffix in charts.FORMATS:
        charts.draw(chart, str(tmp_path / f"chart{suffix}"))
    svg = (tmp_path / "chart.svg").read_text("utf-8")
    assert svg.startswith("<svg")
    assert "Invalid" not in svg
    png = (tmp_path / "chart.png").read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert 200 < width < 2600
    assert 80 < height < 2600
    page = (tmp_path / "chart.html").read_text("utf-8")
    assert not re.search(r"<script[^>]+src=", page), "a page that can be read without a network loads nothing"


def test_a_name_cannot_end_the_script_of_a_page(tmp_path: Path) -> None:
    file = tmp_path / "x.html"
    charts.draw(charts.lines("</script>", "", (1,), [charts.Series("</script><b>", (1.0,))], "points"), str(file))
    page = file.read_text("utf-8")
    assert "</script><b>" not in page
    (spec,) = re.findall(r"const spec = (\{.*\});\n", page)
    assert {one["name"] for one in labels(json.loads(spec))} == {"</script><b>"}


def test_nothing_held_is_nothing_to_draw() -> None:
    with pytest.raises(UserError, match="no round has been held yet"):
        charts.lines("", "", (), [], "points")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[::2]))
@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("x.pdf", "x.pdf: a chart is one of .svg, .png, .html"),
        ("no/x.svg", "no/x.svg: cannot be written: there is no folder no"),
        ("folder.svg", "folder.svg: cannot be written: it is a folder"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(
    command: tuple[str, ...], file: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    out, err, status = run(*command, "--chart", file)
    assert (out, status) == ("", 2)
    assert said in err


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[::2]))
def test_without_the_extra_it_says_what_to_install_before_the_work(
    command: tuple[str, ...], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    out, err, status = run(*command, "--chart", "x.svg")
    assert (out, status) == ("", 2)
    assert err == "rxscore: this needs Altair: pip install 'rxscore[charts]'\n"
