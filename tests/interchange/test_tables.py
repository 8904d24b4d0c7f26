import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxscore.interchange.tables import FORMATS, Table, render
from rxscore.problems import UserError

STANDINGS = Table(
    ("Pos", "Driver", "Points"),
    ((1, "Mattias Ekström", 272), (2, "Johan Kristoffersson", "240.5"), (None, "Andreas Bakkerud", None)),
    keys=("position", "driver", "points"),
)


def test_text():
    assert render(STANDINGS, "text") == (
        "  Pos  Driver                  Points\n"
        "-----  --------------------  --------\n"
        "    1  Mattias Ekström            272\n"
        "    2  Johan Kristoffersson     240.5\n"
        "       Andreas Bakkerud"
    )


def test_json():
    assert json.loads(render(STANDINGS, "json")) == [
        {"position": 1, "driver": "Mattias Ekström", "points": 272},
        {"position": 2, "driver": "Johan Kristoffersson", "points": "240.5"},
        {"position": None, "driver": "Andreas Bakkerud", "points": None},
    ]


def test_csv():
    assert render(STANDINGS, "csv") == (
        "Pos,Driver,Points\n1,Mattias Ekström,272\n2,Johan Kristoffersson,240.5\n,Andreas Bakkerud,"
    )


def test_markdown():
    assert render(STANDINGS, "markdown") == (
        "|   Pos | Driver               |   Points |\n"
        "|------:|:---------------------|---------:|\n"
        "|     1 | Mattias Ekström      |      272 |\n"
        "|     2 | Johan Kristoffersson |    240.5 |\n"
        "|       | Andreas Bakkerud     |          |"
    )


def test_html():
    assert render(Table(("A",), (("b",),)), "html") == (
        "<table>\n<thead>\n<tr><th>A  </th></tr>\n</thead>\n<tbody>\n<tr><td>b  </td></tr>\n</tbody>\n</table>"
    )


def test_html_escapes_whatever_a_name_may_hold():
    shown = render(Table(("<b>",), (("<script>alert(1)</script>",), ('"&',))), "html")
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_markdown_escapes_pipes_and_tags():
    shown = render(Table(("Team",), (("ACCIONA | Sainz",), ("<script>",), ("a\\|b",))), "markdown")
    assert shown.splitlines()[2:] == [
        "| ACCIONA \\| Sainz |",
        "| &lt;script&gt;   |",
        "| a\\\\\\|b           |",
    ]


def test_numbers_written_as_text_stay_as_written():
    assert render(Table(("N", "M"), (("007", "1e3"), ("1.50", " x "))), "text").splitlines()[2:] == [
        " 007  1e3",
        "1.50  x",
    ]


def test_the_alignment_that_is_asked_for():
    table = Table(("Left", "Right"), ((1, "a"), (22, "bb")), align=("left", "right"))
    assert render(table, "text").splitlines()[2:] == ["1             a", "22           bb"]


@pytest.mark.parametrize("name", FORMATS)
def test_no_rows(name):
    assert render(Table(("A", "B"), ()), name)


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="a row has 1 parts under 2 headers"):
        Table(("A", "B"), ((1,),))
    with pytest.raises(ValueError, match="the alignment has 1"):
        Table(("A", "B"), (), align=("left",))
    with pytest.raises(ValueError, match="the list of keys has 1"):
        Table(("A", "B"), (), keys=("a",))


def test_an_unknown_format():
    with pytest.raises(UserError) as caught:
        render(STANDINGS, "latex")
    assert str(caught.value) == "unknown format 'latex'; known: text, json, csv, markdown, html"


cells = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_csv_reads_back(rows):
    written = render(Table(("a", "b"), rows), "csv")
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["a", "b"], *map(list, rows)]


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6))
def test_a_line_a_row_whatever_is_in_the_cells(rows):
    table = Table(("a", "b"), rows)
    assert len(render(table, "text").split("\n")) == len(rows) + 2
    assert len(render(table, "markdown").split("\n")) == len(rows) + 2
    assert render(table, "html").count("<tr>") == len(rows) + 1
