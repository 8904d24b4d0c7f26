"""How people spell things in a results spreadsheet: places, statuses, times, rounds, sessions, headers.

Every reader takes the text of one cell and raises ValueError, with what is allowed, for anything else.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from rxscore.events import Points, Status, known_date, points, slug, time

HEADERS: Mapping[str, tuple[str, ...]] = {
    "round": ("rnd", "round_no", "round_number", "event_no", "runde", "manche"),
    "place": ("pos", "position", "rank", "finish", "result", "platz", "plats", "p"),
    "number": ("no", "nr", "num", "#", "car_no", "car_number", "start_number", "startnummer"),
    "driver": (
        *("drivers", "name", "pilot", "pilote", "fahrer", "forare", "forer", "korer", "kuljettaja", "piloto", "pilota"),
        *("kierowca", "rijder", "crew"),
    ),
    "first_name": ("firstname", "given_name", "vorname", "fornamn", "fornavn", "prenom", "etunimi"),
    "last_name": ("lastname", "surname", "family_name", "nachname", "efternamn", "etternavn", "efternavn", "sukunimi"),
    "nationality": ("nat", "nation", "nationalitat"),
    "team": ("entrant", "competitor", "stable", "equipe"),
    "make": ("manufacturer", "constructor", "marque"),
    "car": ("vehicle", "model", "chassis"),
    "class": ("car_class", "category", "klass", "klasse"),
    "points": ("pts", "total", "total_points", "score", "punkte", "poang"),
    "time": ("total_time", "race_time", "gap", "zeit"),
    "status": ("state",),
    "derived": ("inferred",),
    "derived_cells": ("inferred_cells",),
    "because": ("reason",),
    "note": ("notes", "remark", "remarks", "comment"),
    "source": ("sources", "url"),
    "start_date": ("start", "first_day"),
    "end_date": ("end", "last_day", "date"),
    "venue": ("circuit", "track"),
    "semi": ("semifinal", "semi_final", "sf"),
    "after_round": ("after",),
    "teams_championship": ("nominated_for_teams",),
    "scores_in_championship": ("scores",),
    "fastest_lap": ("fl",),
    "what": ("decision", "penalty"),
}
"""A column's name and the names it may also go by. Case, spaces, dots, dashes and underscores do not matter.

A synonym counts only where the name itself is not among the columns."""

STATUSES: Mapping[Status, tuple[str, ...]] = {
    "DNF": (
        *("DNF", "Ret", "Retired", "RT", "R", "Out", "NF", "did not finish"),
        *("abandon", "ab", "abd", "aband", "abandono", "Ausfall", "Ausf", "ausgefallen"),
        *("rit", "ritirato", "bröt", "brutit", "utgått", "brøt", "udgået", "kesk", "keskeytti"),
    ),
    "DNS": (
        *("DNS", "NS", "did not start", "WD", "withdrawn", "withdrew"),
        *("np", "non partant", "non partito", "nicht gestartet", "n. gest.", "NG"),
        *("ej start", "ej startat", "ikke startet", "no sale"),
    ),
    "DSQ": (
        *("DSQ", "DQ", "Disq", "disqualified", "EX", "EXC", "Excl", "excluded"),
        *("disqualifié", "exclu", "disqualifiziert", "ausgeschlossen", "squalificato", "sq"),
        *("diskad", "diskvalificerad", "diskvalifisert", "diskvalificeret", "hylätty", "descalificado"),
    ),
    "NC": (
        *("NC", "not classified", "unclassified", "non classé", "non classificato"),
        *("nicht gewertet", "nicht klassifiziert", "NK", "ej klassificerad", "no clasificado"),
    ),
    "unknown": ("?", "unknown"),
}
"""Every spelling of a status that is understood. Case, accents and dots do not matter."""

ABSENT = ("-", "–", "—", "DNQ", "DNA", "DNP", "did not qualify", "did not enter", "n/a")
"""What stands in a table for "was not in this race": such a cell is read as an empty one."""

_PLACE = re.compile(
    r"^(?P<before>=?)\s*(?P<place>\d{1,6})(?:[.,]0+)?\s*(?:st|nd|rd|th|er|ère|ème|e|\.|º|°|ª|:a|:e)?"
    r"\s*(?P<after>=?)\s*(?P<mark>[†‡*^PF\s]*)$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"^\((.*)\)$|^\[(.*)\]$")
_MARKED = re.compile(r"^(?P<status>.*?[^\s^])(?P<mark>[\s^]*(?:[PF][\s^]*){1,2})$")
_EXPLAINED = re.compile(r"^(?P<status>[^(:,;/]+?)(?:\s*[(:,;/]\s*|\s+[-–—]\s+)(?P<why>.+?)\)?$")
_MIDNIGHT = re.compile(r"[T ]0?0:00(?::00(?:\.0+)?)?$")
_LAPS_DOWN = re.compile(r"^[+-]?\s*\d+\s*(?:laps?|varv|runden?|rundor|tours?|giri|giro|kierros\w*)\.?$", re.IGNORECASE)
_GAP = re.compile(r"^\+\s*(\d[\d:.]*)\s*s?$")
_LOOKS_LIKE_TIME = re.compile(r"^[\d:.,'\"+\s]+$")
_ROUND = re.compile(r"^(?:round|rnd|r)?\s*\.?\s*(\d{1,4})(?:[.,]0+)?$", re.IGNORECASE)
_ROUNDS_PART = re.compile(r"^(\d{1,4})\s*(?:[-–—]\s*(\d{1,4}))?$")
_EUROPEAN_DATE = re.compile(r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$")
_SESSIONS = (
    (re.compile(r"^(?:q|h|heat|qualifier|qualifying heat)[\s\-]*(\d+)$"), "Q{}"),
    (re.compile(r"^(?:sf|semi|semi[\s\-]?final)[\s\-]*(\d+)$"), "SF{}"),
    (re.compile(r"^(?:f|final|finale|grand final)$"), "F"),
    (re.compile(r"^(?:r|race|carrera|gara|rennen|course|lopp)[\s\-]*(\d+)$"), "R{}"),
    (re.compile(r"^(?:p|progression)[\s\-]*(\d+)$"), "P{}"),
    (re.compile(r"^(?:sp|superpole|super pole)$"), "SP"),
    (re.compile(r"^(?:qualifying|qualification|quali|qp)$"), "Qualifying"),
)


@frozen
class Finish:
    """What a place cell says. ``shared``: marked as a dead heat (``=4``). ``why``: the reason of a status, in words."""

    place: int | None = None
    status: Status = "classified"
    shared: bool = False
    why: str = ""


def bare_header(text: str) -> str:
    """A header without case and punctuation: ``After Round`` is ``after_round``."""
    return slug(text.replace("(s)", "s")).replace("-", "_") or text.strip()


def headers(texts: Sequence[str], own: Collection[str] = ()) -> list[str]:
    """The one name of each column: ``Pos.``, ``Position`` and ``place`` are all ``place``.

    ``own``: names that mean themselves in this file (a round's ``name`` is no driver).
    """
    bare = [bare_header(text) for text in texts]

    def one(name: str) -> str:
        meant = _HEADER_NAMES.get(name, name)
        return name if name in own or meant in bare else meant

    return [one(name) for name in bare]


def status(text: str) -> Status | None:
    """The status that ``text`` spells, or None."""
    return _STATUS_NAMES.get(_bare(text))


def explained(text: str) -> tuple[Status | None, str]:
    """The status that ``text`` spells, with the reason behind it: ``Ret (gearbox)``, ``DNF - engine``."""
    found = status(text)
    if found is not None:
        return found, ""
    match = _EXPLAINED.match(text)
    return (status(match["status"]), match["why"].strip()) if match else (None, "")


def finished(text: str) -> bool:
    """Whether the words of a status column mean no more than that a car finished: ``Finished``, ``+1 Lap``."""
    return _bare(text) in ("classified", "finished", "ok") or bool(_LAPS_DOWN.match(text))


def marks(text: str) -> str:
    """The letters with which encyclopedias mark pole (``P``) and fastest lap (``F``) behind a place or status."""
    match = _PLACE.match(_bare_of_brackets(text)) or (None if status(text) else _MARKED.match(text))
    return "".join(letter for letter in match["mark"].upper() if letter in "PF") if match else ""


def finish(text: str) -> Finish | None:
    """A place (``3``, ``3rd``, ``=3``, ``3†``) or a status; None where the cell says nothing.

    A dagger or star marks a car that retired and was classified all the same: its place counts. So does one in
    brackets, as encyclopedias print what was dropped. ``P`` and ``F`` behind it are ``marks``.
    """
    text = _bare_of_brackets(text)
    if not text or text.casefold() in _ABSENT:
        return None
    match = _PLACE.match(text)
    if match:
        place = int(match["place"])
        if place < 1:
            raise ValueError(f"{text!r} is not a place: places begin at 1")
        return Finish(place, shared=bool(match["before"] or match["after"]))
    found, why = explained(text)
    if found is None and (match := _MARKED.match(text)):
        found, why = explained(match["status"])
    if found is None:
        raise ValueError(f"{text!r} is not a place, nor a status (DNF, DNS, DSQ, NC and their spellings)")
    return Finish(status=found, why=why)


def lap_time(text: str, leader: Decimal | None) -> Decimal | None:
    """The seconds of a time, or of a gap to the ``leader``; None for words and laps (``-2 laps``)."""
    plain = text.replace(",", ".")
    gap = _GAP.match(plain)
    if gap:
        return None if leader is None else leader + time(gap[1])
    if not _LOOKS_LIKE_TIME.match(text):
        return None
    return time(plain)


def heat_time(text: str) -> Decimal:
    """The seconds of a time, with a decimal point or a decimal comma."""
    return time(text.replace(",", "."))


def number_of_points(text: str) -> Points:
    """Points, with a decimal point or a decimal comma."""
    return points(text.replace(",", ".").removesuffix(" pts"))


def whole(text: str) -> int:
    """A whole number."""
    return int(_whole(text))


def undecimal(text: str) -> str:
    """A number as it was meant: ``7`` where a spreadsheet has made ``7.0`` or ``7,0`` of it."""
    try:
        return str(int(_whole(text))) if text[-1:] == "0" and not text.isdigit() else text
    except ValueError:
        return text


def round_number(text: str) -> int | None:
    """The round that ``5``, ``R5`` or ``Round 5`` names, or None."""
    match = _ROUND.match(text)
    return int(match[1]) if match and int(match[1]) > 0 else None


def rounds_list(text: str) -> tuple[int, ...]:
    """``1-3, 5 and 7`` as numbers; nothing, or ``all``, is every round: ``()``."""
    if text.casefold() in ("", "all"):
        return ()
    found: set[int] = set()
    for part in re.split(r"\s*(?:[,;&+]|\band\b)\s*", text):
        match = _ROUNDS_PART.match(part)
        rounds = range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)
        if not rounds:
            raise ValueError(f"{text!r} is not a list of rounds (write 1-3, 5)")
        found.update(rounds)
    return tuple(sorted(found))


def date(text: str) -> str:
    """An ISO date, also from ``17.4.2016``, or with the midnight that spreadsheets add."""
    text = _MIDNIGHT.sub("", text)
    match = _EUROPEAN_DATE.match(text)
    if match:
        text = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    return known_date(text)


def yes(text: str) -> bool | None:
    """Whether the cell says yes; None where it is empty or says that nobody knows."""
    word = text.casefold()
    if word in ("", "unknown", "?"):
        return None
    if word in ("1", "yes", "y", "true", "x", "ja", "oui", "si", "sì"):
        return True
    if word in ("0", "no", "n", "false", "nein", "nej", "non"):
        return False
    raise ValueError(f"{text!r} is not yes or no")


def session_name(text: str, numbered: str = "{}") -> str:
    """A session as the log calls it: ``Semi-final 1`` is ``SF1``; a bare number or letter fills ``numbered``."""
    word = undecimal(" ".join(text.casefold().split()))
    if word.isdigit():
        return numbered.format(int(word))
    for pattern, name in _SESSIONS:
        match = pattern.match(word)
        if match:
            return name.format(*match.groups())
    return text


def race_number(text: str) -> int:
    """A race of a session: ``2``, ``b`` or ``Heat 2``."""
    if len(text) == 1 and text.isalpha() and text.isascii():
        return ord(text.casefold()) - ord("a") + 1
    number = whole(re.sub(r"^[A-Za-z]+\s*(?=\d)", "", text))
    if number < 1:
        raise ValueError(f"{text!r} is not the number of a race")
    return number


def names(text: str) -> tuple[str, ...]:
    """The driver, or the crew: ``A. Driver / B. Driver``."""
    return tuple(" ".join(name.split()) for name in re.split(r"\s+[/&+]\s+|;", text) if name.strip())


def _whole(text: str) -> str:
    match = re.fullmatch(r"([+-]?\d{1,9})(?:[.,]0+)?", text)
    if match is None:
        raise ValueError(f"{text!r} is not a whole number of at most nine digits")
    return match[1]


def _bare_of_brackets(text: str) -> str:
    match = _IN_BRACKETS.match(text)
    return (match[1] or match[2] or "").strip() if match else text


def _bare(text: str) -> str:
    return slug(text) or text.strip()


_ABSENT = frozenset(word.casefold() for word in ABSENT)
_STATUS_NAMES: Mapping[str, Status] = {
    _bare(spelling): name for name, spellings in STATUSES.items() for spelling in spellings
}
_HEADER_NAMES = {other: name for name, others in HEADERS.items() for other in others}
