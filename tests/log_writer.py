"""One of several writers of a log: a module of its own, so that another process can import it."""

from pathlib import Path

from rxscore.events import Revocation
from rxscore.logs import JsonlLog, StaleHead

EACH = 12
"""How many batches a writer appends; each has three events, long enough to interleave if they could."""


def write(path: Path, name: int) -> None:
    log = JsonlLog(path)
    for number in range(EACH):
        ids = [f"{name}-{number}-{part}" for part in "abc"]
        batch = [Revocation(id=id_, known="2016-09-23", revokes="x" * 2000) for id_ in ids]
        while True:
            try:
                log.append(batch, log.head())
            except StaleHead:
                continue
            break
