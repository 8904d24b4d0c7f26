"""From a season and its rules to classifications, awards and standings, each with its reasons. Pure and exact."""

from rxscore.scoring.advancing import advancing
from rxscore.scoring.awards import ordinal
from rxscore.scoring.meeting import Extension
from rxscore.scoring.model import (
    Award,
    Classification,
    Classified,
    Contest,
    Dropped,
    Note,
    Part,
    RoundScore,
    Row,
    Table,
)
from rxscore.scoring.score import Rulebook
from rxscore.scoring.standings import Scored, score

__all__ = [
    "Award",
    "Classification",
    "Classified",
    "Contest",
    "Dropped",
    "Extension",
    "Note",
    "Part",
    "RoundScore",
    "Row",
    "Rulebook",
    "Scored",
    "Table",
    "advancing",
    "ordinal",
    "score",
]
