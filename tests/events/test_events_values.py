from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from rxscore.events import values
from strategies import dates, ordinals, points, texts, times


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (8, 8),
        (-3, -3),
        ("8", 8),
        (" 12.50 ", Fraction(25, 2)),
        ("25/3", Fraction(25, 3)),
        ("-1/2", Fraction(-1, 2)),
        ("+4/2", 2),
        (0.1, Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        (12.0, 12),
        (Decimal("0.25"), Fraction(1, 4)),
        (Decimal("5E+1"), 50),
        (Fraction(6, 3), 2),
        ("1" + "0" * 30, 10**30),
    ],
)
def test_points_are_read_exactly_as_written(written, exact):
    read = values.points(written)
    assert read == exact
    assert type(read) is type(exact)


@pytest.mark.parametrize(
    "written",
    [
        True,
        None,
        "",
        "8 points",
        "1/2/3",
        "1e3",
        "٣",
        "8\n8",
        [],
        1e300,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
    ],
)
def test_anything_else_is_not_points(written):
    with pytest.raises(ValueError, match="is not a number of points"):
        values.points(written)


def test_points_over_zero():
    with pytest.raises(ValueError, match="'1/0' divides by zero"):
        values.points("1/0")


@pytest.mark.parametrize(
    ("exact", "json"),
    [
        (8, 8),
        (Fraction(8, 1), 8),
        (Fraction(25, 2), 12.5),
        (Fraction(1, 10), 0.1),
        (Fraction(25, 3), "25/3"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(1, 10**8), "1/100000000"),
        (Fraction(10**400 + 1, 2), f"{10**400 + 1}/2"),
        (2**64, str(2**64)),
        (-(2**63), -(2**63)),
        (-(2**63) - 1, str(-(2**63) - 1)),
    ],
)
def test_points_are_written_exactly(exact, json):
    assert values.points_json(exact) == json
    assert type(values.points_json(exact)) is type(json)


@given(points)
def test_points_survive_json(exact):
    assert values.points(values.points_json(exact)) == exact


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        (8, "8"),
        (Fraction(25, 2), "12.5"),
        (Fraction(57, 7), "8 1/7"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-25, 3), "-8 1/3"),
        (Fraction(-1, 3), "-1/3"),
        (0, "0"),
    ],
)
def test_points_as_a_table_prints_them(exact, text):
    assert values.points_text(exact) == text


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3:05.123", "185.123"),
        ("185.123", "185.123"),
        (185, "185"),
        (185.123, "185.123"),
        (Decimal("1.50"), "1.5"),
        ("1:02:03.5", "3723.5"),
        ("0:00:01", "1"),
        ("90:00", "5400"),
        ("0:59.999", "59.999"),
        (" 5 ", "5"),
        ("-0", "0"),
        ("0", "0"),
    ],
)
def test_times_are_read_in_seconds(written, seconds):
    assert values.time(written) == Decimal(seconds)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-",
        ":",
        "5:",
        ":5",
        "3:60",
        "1:60:00",
        "1:2:3:4",
        "1e5",
        "NaN",
        "1_0",
        "٣:05",
        "5\n6",
        "--5",
        True,
        None,
        [],
    ],
)
def test_anything_else_is_not_a_time(written):
    with pytest.raises(ValueError, match="is not a time"):
        values.time(written)


@pytest.mark.parametrize("written", ["-5", -5, "-0:05.5", "-1:00:00"])
def test_a_race_time_is_not_negative_but_a_penalty_may_be(written):
    with pytest.raises(ValueError, match="is a negative time"):
        values.time(written)
    assert values.signed_time(written) < 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ("185.123", "3:05.123"),
        ("185.120", "3:05.12"),
        ("60", "1:00"),
        ("59.9", "59.9"),
        ("3723.5", "1:02:03.5"),
        ("3600", "1:00:00"),
        ("-65.50", "-1:05.5"),
        ("-5", "-5"),
        ("-3600", "-1:00:00"),
        ("0.000", "0"),
        ("1E+2", "1:40"),
    ],
)
def test_times_as_a_results_sheet_prints_them(seconds, text):
    assert values.time_text(Decimal(seconds)) == text


@given(times)
def test_times_survive_being_written(seconds):
    assert values.signed_time(values.time_text(seconds)) == seconds


@pytest.mark.parametrize(
    "written", ["2016-09-23", "2016-02-29", "2016-09-23T14:00Z", "2016-09-23T14:00", "2016-09-23T23:59:59Z"]
)
def test_dates_are_kept_as_written(written):
    assert values.known_date(written) == written


@given(dates)
def test_every_day_is_a_date(written):
    assert values.known_date(written) == written


@pytest.mark.parametrize(
    "written",
    [
        "",
        "23.9.2016",
        "2016-9-23",
        "20160923",
        "2016-13-01",
        "2016-02-30",
        "2015-02-29",
        "0000-01-01",
        "2016-09-23\n",
        "٢٠١٦-09-23",
        "2016-09-23T24:00Z",
        "2016-09-23T12:60Z",
        "2016-09-23T12:00+02:00",
        20160923,
        None,
    ],
)
def test_anything_else_is_not_a_date(written):
    with pytest.raises(ValueError, match="is not a date"):
        values.known_date(written)


@pytest.mark.parametrize(
    ("known", "as_of", "public"),
    [
        ("2016-09-23", "2016-09-23", True),
        ("2016-09-24", "2016-09-23", False),
        ("2016-09-23T14:00Z", "2016-09-23", True),
        ("2016-09-24T00:00Z", "2016-09-23", False),
        ("2016-09-23T14:00Z", "2016-09-23T14:00Z", True),
        ("2016-09-23T14:01Z", "2016-09-23T14:00Z", False),
        ("2016-09-23T14:00Z", "2016-09-23T14:00:30Z", True),
        ("2016-09-23T14:00:30Z", "2016-09-23T14:00Z", True),
        ("2016-09-23T14:00:30Z", "2016-09-23T14:00:29", False),
        ("2016-09-23", "2016-09-23T14:00Z", True),
        ("2017-01-01", "2016", False),
        ("2016-12-31", "2016", True),
    ],
)
def test_what_was_public_when(known, as_of, public):
    assert values.known_by(known, as_of) is public


@given(ordinals)
def test_ordinals_are_kept(place):
    assert values.ordinal(place) == place


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (0, "0 is less than 1"),
        (-1, "-1 is less than 1"),
        (1.0, "1.0 is not a whole number"),
        ("1", "'1' is not a whole number"),
        (True, "True is not a whole number"),
        (None, "None is not a whole number"),
    ],
)
def test_anything_else_is_not_an_ordinal(written, why):
    with pytest.raises(ValueError, match=why):
        values.ordinal(written)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Mattias Ekström", "mattias-ekstrom"),
        ("Petter Solberg", "petter-solberg"),
        ("Håkon Åsmund Sørlie-Ødegård", "hakon-asmund-sorlie-odegard"),
        ("Timur Timerzyanov!", "timur-timerzyanov"),
        ("  Straße & Œuvre  ", "strasse-oeuvre"),
        ("Łukasz Đorđe Ð Þ", "lukasz-dorde-d-th"),
        ("İ", "i"),
        ("東京", ""),
    ],
)
def test_names_become_ids(name, id_):
    assert values.slug(name) == id_


@given(texts)
def test_an_id_is_its_own_id(name):
    assert values.slug(values.slug(name)) == values.slug(name)
    assert values.slug(name).isascii()
