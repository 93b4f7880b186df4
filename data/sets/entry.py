"""One line of the table of data sets."""

from typing import NamedTuple

PATH = "its path"


class Entry(NamedTuple):
    """One line of the table.

    Attributes:
      module: under `data`; it has `open(argument, *, data_dir, split) -> Source`.
      argument: what `open` gets if the name has no ":argument"; None if it must have one.
      description: one line.
      needs: the files it reads, "" if none.
      takes: what may follow the colon, "" if nothing may.
      given: further arguments of `open`.
    """

    module: str
    argument: str | None
    description: str
    needs: str = ""
    takes: str = ""
    given: tuple[tuple[str, str | int], ...] = ()

    @property
    def takes_path(self) -> bool:
        """Whether what follows the colon is a path."""
        return self.takes == PATH
