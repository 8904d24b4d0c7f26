"""The fold: events in, the season as known out. Incremental, and the same in any order of arrival."""

from rxscore.season.check import Finding, check
from rxscore.season.fold import Round, Season, fold

__all__ = ["Finding", "Round", "Season", "check", "fold"]
