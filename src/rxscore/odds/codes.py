"""Where cars came in, as arrays: a row for every car and a column for every time a contest is run, a byte for a place.

The byte is the place (from 0), plus ``OUT`` if the car retired; ``UNPLACED`` or ``ABSENT``, if it has none. What a
place is worth is then a table of 256 numbers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
Whole = npt.NDArray[Any]

OUT = 128
"""Added to the place of a car that retired."""

UNPLACED = 254
"""The car took part in what is added up, but not as the rules ask: it is listed without a place."""

ABSENT = 255
"""The car did not start, or has no place."""


def places(times: Whole) -> Codes:
    """In which place each row comes, column by column, the smallest first; of equals the upper row is ahead.

    Rows are compared two by two: for fields of racing size that is many times faster than sorting each column.
    """
    cars = len(times)
    place = np.zeros(times.shape, dtype=np.uint8)
    for row in range(cars - 1):
        ahead = (times[row] <= times[row + 1 :]).view(np.uint8)
        place[row + 1 :] += ahead
        place[row] += np.uint8(cars - 1 - row) - np.add.reduce(ahead, axis=0, dtype=np.uint8)
    return place


def looked_up(table: Whole, codes: Codes) -> Whole:
    """What a table of 256 numbers has for every code."""
    if table.dtype == np.uint8:
        # Many times faster than indexing, for which NumPy would make eight bytes of each.
        return np.frombuffer(codes.tobytes().translate(table.tobytes()), dtype=np.uint8).reshape(codes.shape)
    return np.take(table, codes)


def table_of(values: Mapping[int, int]) -> Whole:
    """A table of 256 numbers, 0 where nothing is said; as small as the numbers are."""
    small = all(0 <= value < 256 for value in values.values())
    table = np.zeros(256, dtype=np.uint8 if small else np.int32)
    for code, value in values.items():
        table[code] = value
    return table


def place_of(codes: Codes) -> Codes:
    """Places without saying who retired; behind everybody, where there is none."""
    return codes & np.uint8(OUT - 1)
