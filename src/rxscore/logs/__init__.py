"""Where events are kept: one contract, several stores. Imports events."""

from rxscore.logs.contract import EMPTY, Log, StaleHead, chain
from rxscore.logs.jsonl import JsonlLog, Located, Repaired, located, parse, repair

__all__ = [
    "EMPTY",
    "JsonlLog",
    "Located",
    "Log",
    "Repaired",
    "StaleHead",
    "chain",
    "located",
    "parse",
    "repair",
]
