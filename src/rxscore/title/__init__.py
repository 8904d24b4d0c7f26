"""Who can still win, what is needed, and by which points: on top of exact scoring."""

from rxscore.title.chances import Chance, Chances, Prospects, Status
from rxscore.title.play import Completion
from rxscore.title.timeline import Line, timeline

__all__ = ["Chance", "Chances", "Completion", "Line", "Prospects", "Status", "timeline"]
