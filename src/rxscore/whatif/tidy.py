"""Results as tidy rows, which turn into a pandas or polars data frame where one of these is installed."""

import html
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rxscore.problems import UserError


class Tidy:
    """Something that has ``rows``: plain mappings, all with the same keys."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The rows."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame. Points that are not whole stay exact, as fractions.

        Raises UserError if pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise UserError("pandas is not installed; python -m pip install pandas") from None
        return pandas.DataFrame(list(self.rows()))

    def to_polars(self) -> Any:
        """The rows as a polars DataFrame; points that are not whole as text, since polars has no fractions.

        Raises UserError if polars is not installed.
        """
        try:
            import polars
        except ImportError:
            raise UserError("polars is not installed; python -m pip install polars") from None
        rows = [dict(row) for row in self.rows()]
        for key in {key for row in rows for key, value in row.items() if isinstance(value, Fraction)}:
            for row in rows:
                row[key] = None if row[key] is None else str(row[key])
        return polars.DataFrame(rows, infer_schema_length=None)


def html_table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A small table for notebooks, everything in it escaped."""
    head = "".join(f"<th>{html.escape(one)}</th>" for one in headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
